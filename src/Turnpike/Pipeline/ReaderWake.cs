using System.Threading.Tasks.Sources;

namespace Turnpike.Pipeline;

/// <summary>One reader's place among those that wait for a turn's next event. It waits for one at a time, and the place is used again: waiting allocates nothing.</summary>
/// <param name="isPrompt">Whether it may be woken on the thread that runs the turn: for readers that only pass on what they read.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class ReaderWake(bool isPrompt, CancellationToken cancellationToken) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private volatile LiveTurn? _at;

    /// <summary>Whether it may be woken on the thread that runs the turn.</summary>
    public bool IsPrompt => isPrompt;

    /// <summary>Ends the reading.</summary>
    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Begins to wait for a turn, which is to wake it once.</summary>
    public ValueTask Begin(LiveTurn at)
    {
        _core.Reset();
        _at = at;
        return new(this, _core.Version);
    }

    /// <summary>Ends the wait: there is something to read.</summary>
    /// <param name="isHere">Whether the reader goes on before this returns, on this thread.</param>
    public void Wake(bool isHere)
    {
        _core.RunContinuationsAsynchronously = !isHere;
        _core.SetResult(true);
    }

    /// <summary>Ends a wait, if there is one, because nobody wants to read any more.</summary>
    public void Leave()
    {
        if (_at?.Leave(this) != true) return;
        _core.RunContinuationsAsynchronously = true;
        _core.SetException(new OperationCanceledException(cancellationToken));
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);
}
