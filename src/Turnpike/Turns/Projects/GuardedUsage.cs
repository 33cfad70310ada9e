using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Projects;

/// <summary>What turns used: rows of projects that somebody does not see have no name; the sums stay whole, for money is the organization's.</summary>
internal sealed class GuardedUsage(IUsageStore inner, ProjectAccess access) : IUsageStore
{
    private const string Hidden = "•••";

    public Task KeepAsync(SideCall call, CancellationToken cancellationToken) => inner.KeepAsync(call, cancellationToken);

    public async Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        var report = await inner.SumAsync(query, cancellationToken);
        if (!ProjectAccess.IsBound) return report;
        var seen = new SeenProjects(access, cancellationToken);
        var rows = new List<UsageRow>(report.Data.Count);
        foreach (var row in report.Data) rows.Add(await seen.SeesAsync(row.Project) ? row : row with { Project = Hidden });
        return report with { Data = rows };
    }
}
