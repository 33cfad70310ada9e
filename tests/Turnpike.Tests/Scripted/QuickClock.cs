namespace Turnpike.Tests.Scripted;

/// <summary>Pauses of less than a second are over at once.</summary>
public sealed class QuickClock : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(1) ? TimeSpan.FromMilliseconds(1) : dueTime, period);
}
