using System.Runtime.InteropServices;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Stores;

/// <summary>Sums over the turns in memory, and the calls beside them.</summary>
internal sealed class InMemoryUsageStore(InMemoryState state) : IUsageStore
{
    public Task KeepAsync(SideCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (state.Gate) state.Note([call]);
        return Task.CompletedTask;
    }

    public Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (state.Gate)
        {
            var (rows, total) = (new Dictionary<RowKey, UsageSum>(), new UsageSum());
            foreach (var kept in state.Turns.Values.Where(kept => kept.Turn.HasEnded && kept.Turn.CreatedAt >= query.From && kept.Turn.CreatedAt < query.To))
            {
                foreach (var attempt in kept.Turn.Attempts)
                {
                    Of(kept.Turn.CreatedAt, attempt.Model, kept.Turn.Prompt?.Key, kept.Beginning.Conversation.Project, kept.Beginning.AccessKey).Add(kept.Turn, attempt);
                    total.Add(kept.Turn, attempt);
                }
            }
            foreach (var call in state.SideCalls.Where(call => call.CreatedAt >= query.From && call.CreatedAt < query.To))
            {
                Of(call.CreatedAt, call.Model, call.Prompt, call.Project, call.Key).Add(null, Attempt(call));
                total.Add(null, Attempt(call));
            }
            foreach (var (place, sum) in state.Gone.Where(gone => gone.Key.Hour >= query.From && gone.Key.Hour < query.To))
            {
                Of(place.Hour, place.Model, place.Prompt, place.Project, place.AccessKey).Add(sum);
                total.Add(sum);
            }
            var data = rows.OrderBy(row => row.Key.Day, StringComparer.Ordinal).ThenBy(row => row.Key.Model, StringComparer.Ordinal)
                .ThenBy(row => row.Key.Prompt, StringComparer.Ordinal).ThenBy(row => row.Key.Project, StringComparer.Ordinal).ThenBy(row => row.Key.AccessKey, StringComparer.Ordinal)
                .Select(row => row.Value.Row() with { Day = row.Key.Day, Model = row.Key.Model, Prompt = row.Key.Prompt, Project = row.Key.Project, Key = row.Key.AccessKey });
            return Task.FromResult(new UsageReport(query.From, query.To, query.By, [.. data], total.Row()));

            UsageSum Of(DateTimeOffset at, string model, string? prompt, string? project, string? key) => CollectionsMarshal.GetValueRefOrAddDefault(rows, Key(query.By, at, model, prompt, project, key), out _) ??= new();
        }
    }

    /// <summary>A call as what is added up.</summary>
    internal static TurnAttempt Attempt(SideCall call) => new() { Step = 0, Attempt = 1, Model = call.Model, Status = call.Usage is null ? TurnStatus.Failed : TurnStatus.Completed, Usage = call.Usage, Cost = call.Cost, Milliseconds = call.Milliseconds };

    private static RowKey Key(IReadOnlyList<UsageBy> by, DateTimeOffset at, string model, string? prompt, string? project, string? key) => new(
        by.Contains(UsageBy.Day) ? at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null,
        by.Contains(UsageBy.Model) ? model : null,
        by.Contains(UsageBy.Prompt) ? prompt : null,
        by.Contains(UsageBy.Project) ? project : null,
        by.Contains(UsageBy.Key) ? key : null);

    private readonly record struct RowKey(string? Day, string? Model, string? Prompt, string? Project, string? AccessKey);
}
