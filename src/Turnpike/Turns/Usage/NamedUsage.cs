using Turnpike.Turns.Access;

namespace Turnpike.Turns.Usage;

/// <summary>Gives rows of usage the names of their keys, which a store of turns does not know.</summary>
public static class NamedUsage
{
    /// <summary>The report with the names of the keys that are known, those that ended included.</summary>
    /// <param name="report">What was summed.</param>
    /// <param name="ring">The keys.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async ValueTask<UsageReport> WithKeyNamesAsync(this UsageReport report, KeyRing ring, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(ring);
        if (!report.By.Contains(UsageBy.Key)) return report;
        var names = (await ring.AllAsync(cancellationToken)).ToDictionary(kept => kept.Key.Id, kept => kept.Key.Name, StringComparer.Ordinal);
        return report with { Data = [.. report.Data.Select(row => row.Key is { } id && names.TryGetValue(id, out var name) ? row with { KeyName = name } : row)] };
    }
}
