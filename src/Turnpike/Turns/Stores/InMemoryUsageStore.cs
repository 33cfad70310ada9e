using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Stores;

/// <summary>Sums over the turns in memory, and the calls beside them.</summary>
internal sealed class InMemoryUsageStore(InMemoryState state) : IUsageStore
{
    public Task KeepAsync(SideCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (state.Gate) state.SideCalls.Add(call);
        return Task.CompletedTask;
    }

    public Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (state.Gate)
        {
            var turns = from kept in state.Turns.Values
                        where kept.Turn.HasEnded && kept.Turn.CreatedAt >= query.From && kept.Turn.CreatedAt < query.To
                        from attempt in kept.Turn.Attempts
                        select new Used(kept.Turn, attempt, Key(query.By, kept.Turn.CreatedAt, attempt.Model, kept.Turn.Prompt?.Key, kept.Beginning.Conversation.Project, kept.Beginning.AccessKey));
            var beside = from call in state.SideCalls
                         where call.CreatedAt >= query.From && call.CreatedAt < query.To
                         select new Used(null, Attempt(call), Key(query.By, call.CreatedAt, call.Model, call.Prompt, call.Project, call.Key));
            var all = turns.Concat(beside).ToList();
            var rows = all.GroupBy(used => used.Key).OrderBy(group => group.Key.Day, StringComparer.Ordinal).ThenBy(group => group.Key.Model, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Prompt, StringComparer.Ordinal).ThenBy(group => group.Key.Project, StringComparer.Ordinal).ThenBy(group => group.Key.AccessKey, StringComparer.Ordinal).Select(group => Sum(group.Key, [.. group]));
            return Task.FromResult(new UsageReport(query.From, query.To, query.By, [.. rows], Sum(default, all)));
        }
    }

    private static TurnAttempt Attempt(SideCall call) => new() { Step = 0, Attempt = 1, Model = call.Model, Status = call.Usage is null ? TurnStatus.Failed : TurnStatus.Completed, Usage = call.Usage, Cost = call.Cost, Milliseconds = call.Milliseconds };

    private static RowKey Key(IReadOnlyList<UsageBy> by, DateTimeOffset at, string model, string? prompt, string? project, string? key) => new(
        by.Contains(UsageBy.Day) ? at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null,
        by.Contains(UsageBy.Model) ? model : null,
        by.Contains(UsageBy.Prompt) ? prompt : null,
        by.Contains(UsageBy.Project) ? project : null,
        by.Contains(UsageBy.Key) ? key : null);

    private static UsageRow Sum(RowKey key, List<Used> used) => new()
    {
        Day = key.Day,
        Model = key.Model,
        Prompt = key.Prompt,
        Project = key.Project,
        Key = key.AccessKey,
        Turns = used.Where(one => one.Turn is not null).DistinctBy(one => one.Turn!.Id).LongCount(),
        Failed = used.Where(one => one.Turn is { Status: TurnStatus.Failed }).DistinctBy(one => one.Turn!.Id).LongCount(),
        Attempts = used.Count,
        InputTokens = used.Sum(one => Believed(one.Attempt.Usage?.InputTokens)),
        CachedTokens = used.Sum(one => Believed(one.Attempt.Usage?.CachedTokens)),
        OutputTokens = used.Sum(one => Believed(one.Attempt.Usage?.OutputTokens)),
        ReasoningTokens = used.Sum(one => Believed(one.Attempt.Usage?.ReasoningTokens)),
        Estimated = used.LongCount(one => one.Attempt.Usage is { Estimated: true }),
        Cost = [.. used.Where(one => one.Attempt.Cost is not null).GroupBy(one => one.Attempt.Cost!.Currency).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new TurnCost(group.Sum(one => one.Attempt.Cost!.Amount), group.Key))],
        Unpriced = used.LongCount(one => one.Attempt is { Usage: not null, Cost: null }),
        Milliseconds = used.Count == 0 ? 0 : used.Average(one => one.Attempt.Milliseconds),
        TimeToFirstToken = used.Average(one => one.Attempt.TimeToFirstToken),
    };

    /// <summary>What was imported may say what no model uses; the sum still has to fit.</summary>
    private static long Believed(long? tokens) => Math.Clamp(tokens ?? 0, 0, TokenCounts.Most);

    private readonly record struct RowKey(string? Day, string? Model, string? Prompt, string? Project, string? AccessKey);

    private sealed record Used(Turn? Turn, TurnAttempt Attempt, RowKey Key);
}
