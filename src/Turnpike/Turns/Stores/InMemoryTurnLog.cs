using Turnpike.Turns.Events;

namespace Turnpike.Turns.Stores;

/// <summary>The events of turns, in memory.</summary>
internal sealed class InMemoryTurnLog(InMemoryState state) : ITurnLog
{
    public void Append(TurnEvent happened) => TryAppend(happened);

    public Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TryAppend(happened) ? Task.CompletedTask : Task.FromException(StoreErrors.NotRunning(happened.Turn));
    }

    public Task<IReadOnlyList<TurnEvent>> ReadAsync(string turn, long after, int limit, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (!state.Turns.TryGetValue(turn, out var kept)) return Task.FromResult<IReadOnlyList<TurnEvent>>([]);
            if (kept.Turn.Forgotten) return Task.FromResult<IReadOnlyList<TurnEvent>>([.. kept.Events.Where(happened => happened.Sequence > after)]);
            var first = (int)Math.Clamp(after, 0, kept.Events.Count); // numbers have no gaps, so the number is the place
            return Task.FromResult<IReadOnlyList<TurnEvent>>(kept.Events.GetRange(first, Math.Min(limit, kept.Events.Count - first)));
        }
    }

    private bool TryAppend(TurnEvent happened)
    {
        lock (state.Gate)
        {
            if (!state.Turns.TryGetValue(happened.Turn, out var kept) || kept.Turn.HasEnded || happened.Sequence != kept.Events.Count + 1) return false;
            kept.Events.Add(happened);
            return true;
        }
    }
}
