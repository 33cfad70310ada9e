namespace Turnpike.Turns.Access;

/// <summary>
/// For which organization this flow of calls works. Stores read it, so that no query has to be told and none can forget: what one organization keeps does not
/// exist for another. It travels with the flow, into the task a turn runs on.
/// </summary>
public static class OrganizationScope
{
    /// <summary>The organization of those who name none.</summary>
    public const string Default = "default";

    private static readonly AsyncLocal<string?> Flow = new();

    /// <summary>The organization; <see cref="Default"/> unless something else was entered.</summary>
    public static string Current => Flow.Value ?? Default;

    /// <summary>Works for an organization until what is returned is disposed.</summary>
    /// <param name="organization">Its id; null: the default one.</param>
    public static IDisposable Enter(string? organization)
    {
        var before = Flow.Value;
        Flow.Value = organization is null or Default ? null : organization;
        return new Leaving(before);
    }

    private sealed class Leaving(string? before) : IDisposable
    {
        public void Dispose() => Flow.Value = before;
    }
}
