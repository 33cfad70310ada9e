using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Turnpike.Models;

/// <summary>
/// A stream that is left when its reader must stop and it does not: a client that hears its token has a moment to end by itself, one that ignores it is left behind. Updates that
/// are there already pass through; for the others one object waits again and again, so that waiting makes no garbage.
/// </summary>
internal sealed class LeavableStream<T> : IAsyncEnumerator<T>, IValueTaskSource<bool>
{
    private const int Idle = 0, Waiting = 1, Left = 2;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);
    private readonly IAsyncEnumerator<T> _updates;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _leave = new();
    private readonly CancellationTokenRegistration _stopped, _leaves;
    private readonly Action _moved;
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ValueTaskAwaiter<bool> _next;
    private int _state;

    /// <param name="updates">The stream, which this disposes.</param>
    /// <param name="stop">The token that the stream was given.</param>
    public LeavableStream(IAsyncEnumerator<T> updates, CancellationToken stop)
    {
        (_updates, _stop, _moved) = (updates, stop, Moved);
        _leaves = _leave.Token.UnsafeRegister(static stream => ((LeavableStream<T>)stream!).Leave(), this);
        _stopped = stop.UnsafeRegister(static stream => ((LeavableStream<T>)stream!)._leave.CancelAfter(Moment), this);
    }

    public T Current => _updates.Current;

    [SuppressMessage("Reliability", "CA2012", Justification = "Its result is asked for when it has come.")]
    public ValueTask<bool> MoveNextAsync()
    {
        var next = _updates.MoveNextAsync();
        if (next.IsCompleted) return next;
        _next = next.GetAwaiter();
        _wait.Reset();
        var wait = new ValueTask<bool>(this, _wait.Version);
        Volatile.Write(ref _state, Waiting);
        _next.UnsafeOnCompleted(_moved);
        if (_leave.IsCancellationRequested) Leave(); // the moment was over before it waited
        return wait;
    }

    /// <summary>Disposes the stream; one that was left is disposed when it moves at last.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopped.DisposeAsync();
        await _leaves.DisposeAsync();
        _leave.Dispose();
        if (Volatile.Read(ref _state) != Left) await _updates.DisposeAsync();
    }

    private void Moved()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) != Waiting)
        {
            _ = EndAsync();
            return;
        }
        bool more;
        try
        {
            more = _next.GetResult();
        }
        catch (Exception error)
        {
            _wait.SetException(error);
            return;
        }
        _wait.SetResult(more);
    }

    private void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Left, Waiting) != Waiting) return;
        _wait.RunContinuationsAsynchronously = true; // not on the thread of the timer
        _wait.SetException(new OperationCanceledException(_stop));
    }

    /// <summary>Ends a stream that was left: what it says and how it fails is nobody's business any more.</summary>
    private async Task EndAsync()
    {
        try
        {
            _next.GetResult();
        }
        catch (Exception)
        {
            // Its reader was told that it was left.
        }
        try
        {
            await _updates.DisposeAsync();
        }
        catch (Exception)
        {
            // As above.
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _wait.OnCompleted(continuation, state, token, flags);
}
