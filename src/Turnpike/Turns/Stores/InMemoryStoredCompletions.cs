using System.Text.Json;

namespace Turnpike.Turns.Stores;

/// <summary>Listed chat completions, in memory.</summary>
internal sealed class InMemoryStoredCompletions : IStoredCompletions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredCompletion> _rows = new(StringComparer.Ordinal);

    public Task AddAsync(StoredCompletion completion, CancellationToken cancellationToken)
    {
        lock (_gate) _rows.TryAdd(completion.Turn, completion);
        return Task.CompletedTask;
    }

    public Task<StoredCompletion?> FindAsync(string turn, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_rows.GetValueOrDefault(turn));
    }

    public Task<bool> NoteAsync(string turn, JsonElement? metadata, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(turn, out var kept)) return Task.FromResult(false);
            _rows[turn] = kept with { Metadata = metadata };
            return Task.FromResult(true);
        }
    }

    public Task<bool> RemoveAsync(string turn, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_rows.Remove(turn));
    }

    public Task<IReadOnlyList<StoredCompletion>> ListAsync(StoredCompletionQuery query, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var rows = _rows.Values.Where(row => (query.Model is null || row.Model == query.Model) && (query.After is not { } after || Compare(row, after) * (query.NewestFirst ? -1 : 1) > 0)).ToList();
            rows.Sort(query.NewestFirst ? (a, b) => Compare(b, a) : Compare);
            return Task.FromResult<IReadOnlyList<StoredCompletion>>([.. rows.Take(query.Limit)]);
        }
    }

    private static int Compare(StoredCompletion a, StoredCompletion b) => a.CreatedAt != b.CreatedAt ? a.CreatedAt.CompareTo(b.CreatedAt) : string.CompareOrdinal(a.Turn, b.Turn);
}
