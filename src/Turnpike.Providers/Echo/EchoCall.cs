namespace Turnpike.Providers.Echo;

/// <summary>One call that a text asks for.</summary>
internal sealed record EchoCall(string Tool, IDictionary<string, object?> Arguments);
