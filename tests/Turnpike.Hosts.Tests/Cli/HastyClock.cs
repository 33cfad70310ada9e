using System.Collections.Concurrent;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A clock whose waits are over at once; it remembers how long they were to be.</summary>
/// <param name="most">The longest wait that is over at once, in seconds; longer ones, which are limits of patience, take their time.</param>
internal sealed class HastyClock(int most = 30) : TimeProvider
{
    /// <summary>The waits, in their order.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.FromSeconds(most)) return base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero) Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
