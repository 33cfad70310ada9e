using Turnpike.Turns.Recordings;

namespace Turnpike.Turns.Stores;

/// <summary>What went to providers and came back, in memory.</summary>
internal sealed class InMemoryRecordingStore(InMemoryState state) : IRecordingStore
{
    public Task AddAsync(string turn, RecordedAttempt attempt, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (state.Turns.TryGetValue(turn, out var kept) && !kept.Turn.Forgotten) kept.Recordings[(attempt.Step, attempt.Attempt)] = attempt;
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<RecordedAttempt>> OfAsync(string turn, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<RecordedAttempt>>(state.Turns.TryGetValue(turn, out var kept) ? [.. kept.Recordings.Values] : []);
    }
}
