namespace Turnpike.Turns.Auditing;

/// <summary>
/// On whose account this flow of calls changes what is kept. A host's own code names itself here; without that it is told as <c>host</c>, or as the key under which it
/// works.
/// </summary>
public static class AuditScope
{
    private static readonly AsyncLocal<Account?> Flow = new();

    /// <summary>Changes are told under a name until what is returned is disposed.</summary>
    /// <param name="who">The name, for example <c>nightly import</c>.</param>
    public static IDisposable Enter(string who)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(who);
        return Enter(new Account(who, IsTold: false));
    }

    /// <summary>Changes are told by somebody else until what is returned is disposed: one entry for a request, whatever it changes and whether it was done or refused.</summary>
    public static IDisposable Told() => Enter(new Account(null, IsTold: true));

    internal static string? Who => Flow.Value?.Who;

    internal static bool IsTold => Flow.Value?.IsTold == true;

    private static Leaving Enter(Account account)
    {
        var before = Flow.Value;
        Flow.Value = account;
        return new(before);
    }

    private sealed record Account(string? Who, bool IsTold);

    private sealed class Leaving(Account? before) : IDisposable
    {
        public void Dispose() => Flow.Value = before;
    }
}
