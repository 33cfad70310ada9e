using Turnpike.Turns.Recordings;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps what went to providers and came back, beside the turns that asked for it. It goes with the turn, and with the turn's content.</summary>
public interface IRecordingStore
{
    /// <summary>Keeps an attempt of a turn, in the place of an earlier one of the same step and number. Nothing is kept when there is no such turn.</summary>
    Task AddAsync(string turn, RecordedAttempt attempt, CancellationToken cancellationToken);

    /// <summary>What is kept of a turn, in order; empty when nothing is.</summary>
    Task<IReadOnlyList<RecordedAttempt>> OfAsync(string turn, CancellationToken cancellationToken);
}
