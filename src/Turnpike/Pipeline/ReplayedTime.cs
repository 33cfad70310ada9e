namespace Turnpike.Pipeline;

/// <summary>A clock for replays: what was waited for then is not waited for again.</summary>
internal sealed class ReplayedTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
}
