namespace Turnpike.Middleware.Hooks;

/// <summary>A hook did not do what it should; the message goes on behind its name.</summary>
internal sealed class HookException(string message) : Exception(message);
