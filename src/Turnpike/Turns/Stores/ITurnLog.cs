using Turnpike.Turns.Events;

namespace Turnpike.Turns.Stores;

/// <summary>The events of turns: appended in order by the node that runs the turn, read by anybody.</summary>
public interface ITurnLog
{
    /// <summary>
    /// Hands a placed event to the log and returns at once; it is on disk at most 25 ms or 64 KiB later, together with those of other turns.
    /// Events of one turn are written in the order in which they are handed over. It never waits and never throws: an event that cannot be kept is dropped,
    /// and so is every later one of that turn, which the next <see cref="AppendAsync"/> or the turn's end tells.
    /// </summary>
    void Append(TurnEvent happened);

    /// <summary>Hands a placed event to the log and completes when it, and all before it, are on disk.</summary>
    /// <exception cref="TurnException">
    /// <c>turn_not_found</c>: the turn takes no more events, because it ended elsewhere, was deleted, or an event before this one is missing in its log;
    /// <c>storage_unavailable</c>. Then the event is not kept and the turn cannot go on.
    /// </exception>
    Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken);

    /// <summary>Events of a turn that are on disk, from the one after a number; empty when there are none yet.</summary>
    /// <param name="turn">Whose.</param>
    /// <param name="after">The number of the last event that the reader has; 0 for all.</param>
    /// <param name="limit">The most events to read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<TurnEvent>> ReadAsync(string turn, long after, int limit, CancellationToken cancellationToken);
}
