using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Projects;

/// <summary>What turns used: projects that somebody does not see, and the prompts that belong to them, have no name in its rows; the sums stay whole, for money is the organization's.</summary>
internal sealed class GuardedUsage(IUsageStore inner, IProjectMembers members, ProjectAccess access) : IUsageStore
{
    private const string Hidden = "•••";

    public Task KeepAsync(SideCall call, CancellationToken cancellationToken) => inner.KeepAsync(call, cancellationToken);

    public async Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        var report = await inner.SumAsync(query, cancellationToken);
        if (!ProjectAccess.IsBound) return report;
        var homes = query.By.Contains(UsageBy.Prompt) ? await members.HomesAsync(ProjectThings.Prompt, cancellationToken) : null;
        var seen = new SeenProjects(access, cancellationToken);
        var rows = new List<UsageRow>(report.Data.Count);
        foreach (var row in report.Data)
        {
            var shown = await seen.SeesAsync(row.Project) ? row : row with { Project = Hidden };
            rows.Add(row.Prompt is { } prompt && !await seen.SeesAsync(homes?.GetValueOrDefault(prompt)) ? shown with { Prompt = Hidden } : shown);
        }
        return report with { Data = rows.Exists(row => row.Project == Hidden || row.Prompt == Hidden) ? Merged(rows) : rows };
    }

    /// <summary>Rows that have become the same are one, so that nobody counts what they do not see.</summary>
    private static List<UsageRow> Merged(List<UsageRow> rows) =>
    [
        .. rows.GroupBy(row => (row.Day, row.Model, row.Prompt, row.Project, row.Key)).OrderBy(same => same.Key.Day, StringComparer.Ordinal).ThenBy(same => same.Key.Model, StringComparer.Ordinal)
            .ThenBy(same => same.Key.Prompt, StringComparer.Ordinal).ThenBy(same => same.Key.Project, StringComparer.Ordinal).ThenBy(same => same.Key.Key, StringComparer.Ordinal).Select(same => same.Aggregate(Sum)),
    ];

    /// <summary>A turn has one prompt and one project, so no turn is in both rows. Averages are those of all attempts; how many of them had a first token is not known.</summary>
    private static UsageRow Sum(UsageRow one, UsageRow other) => one with
    {
        Turns = one.Turns + other.Turns,
        Failed = one.Failed + other.Failed,
        Attempts = one.Attempts + other.Attempts,
        InputTokens = one.InputTokens + other.InputTokens,
        CachedTokens = one.CachedTokens + other.CachedTokens,
        OutputTokens = one.OutputTokens + other.OutputTokens,
        ReasoningTokens = one.ReasoningTokens + other.ReasoningTokens,
        Estimated = one.Estimated + other.Estimated,
        Cost = [.. one.Cost.Concat(other.Cost).GroupBy(cost => cost.Currency).OrderBy(same => same.Key, StringComparer.Ordinal).Select(same => new TurnCost(same.Sum(cost => cost.Amount), same.Key))],
        Unpriced = one.Unpriced + other.Unpriced,
        Milliseconds = Average(one, one.Milliseconds, other, other.Milliseconds),
        TimeToFirstToken = one.TimeToFirstToken is { } first && other.TimeToFirstToken is { } second ? Average(one, first, other, second) : one.TimeToFirstToken ?? other.TimeToFirstToken,
    };

    private static double Average(UsageRow one, double of, UsageRow other, double ofOther) =>
        one.Attempts + other.Attempts is > 0 and var all ? ((of * one.Attempts) + (ofOther * other.Attempts)) / all : 0;
}
