using Turnpike.Turns;

namespace Turnpike.Pipeline;

/// <summary>How long what reads a turn waits for a store that is away: a minute, however often it asks.</summary>
internal sealed class StoreOutages(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks a store again for a while if it is away.</summary>
    /// <param name="ask">Asks it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="givesUp">Whether an outage is waited for no longer; null: it is until its time is over.</param>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: it stayed away, or says that waiting does not help; and whatever else it throws.</exception>
    public async Task<T> WaitOutAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken, Func<bool>? givesUp = null)
    {
        for (long? since = null; ;)
        {
            try
            {
                return await ask();
            }
            catch (TurnException away) when (away is { Code: TurnErrorCode.StorageUnavailable, RetryAfter: not null } && givesUp?.Invoke() != true && time.GetElapsedTime(since ??= time.GetTimestamp()) < Longest)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
