namespace Turnpike.Turns.Web;

/// <summary>A fetch that was not made, or was given up: the message says why, and what may be done.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">What caused it, if something did.</param>
public sealed class WebRefusal(string message, Exception? cause = null) : IOException(message, cause);
