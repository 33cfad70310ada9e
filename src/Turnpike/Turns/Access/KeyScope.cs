using System.IO.Enumeration;

namespace Turnpike.Turns.Access;

/// <summary>
/// The key under which this flow of calls works. The catalogs of models and tools read it, so that what a key may not use does not come through any door. It
/// travels with the flow, into the task a turn runs on.
/// </summary>
public static class KeyScope
{
    private static readonly AsyncLocal<AccessKey?> Flow = new();

    /// <summary>The key; null: none is asked for, or a host calls on its own account.</summary>
    public static AccessKey? Current => Flow.Value;

    /// <summary>Works under a key until what is returned is disposed.</summary>
    public static IDisposable Enter(AccessKey? key)
    {
        var before = Flow.Value;
        Flow.Value = key;
        return new Leaving(before);
    }

    /// <summary>Whether the key may use a model.</summary>
    public static bool AllowsModel(string id) => Allows(Current?.Models, id);

    /// <summary>Whether the key's turns may be offered a tool.</summary>
    public static bool AllowsTool(string name) => Allows(Current?.Tools, name);

    /// <summary>Whether the key may run the stored prompt of a key.</summary>
    public static bool AllowsPrompt(string key) => Allows(Current?.Prompts, key);

    /// <summary>Whether the key has a scope; without a key everything is allowed.</summary>
    internal static bool May(string scope) => Current is not { } key || Scopes.Allow(key.Scopes, scope);

    private static bool Allows(IReadOnlyList<string>? names, string name)
    {
        if (names is null) return true;
        for (var i = 0; i < names.Count; i++) if (FileSystemName.MatchesSimpleExpression(names[i], name, ignoreCase: false)) return true;
        return false;
    }

    private sealed class Leaving(AccessKey? before) : IDisposable
    {
        public void Dispose() => Flow.Value = before;
    }
}
