using System.Diagnostics.CodeAnalysis;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>
/// Follows turns that run on other nodes: however many readers a turn has here, its log is read once. It looks when the stores tell of a change, and from time
/// to time in case they cannot.
/// </summary>
internal sealed class TurnFollower : IDisposable
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(2), Untold = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Followed> _followed = new(StringComparer.Ordinal);
    private readonly ITurnStore _turns;
    private readonly ITurnLog _log;
    private readonly IStoreChanges _changes;
    private readonly TimeProvider _time;
    private readonly StoreOutages _outages;
    private readonly IDisposable _listening;
    private bool _stopped;

    public TurnFollower(ITurnStore turns, ITurnLog log, IStoreChanges changes, TimeProvider time)
    {
        (_turns, _log, _changes, _time, _outages) = (turns, log, changes, time, new(time));
        _listening = changes.Listen(Heard);
    }

    /// <summary>Follows a turn until the result is disposed.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="after">The number of the last event that the reader has.</param>
    public Following Follow(string turn, long after)
    {
        lock (_gate)
        {
            if (!_followed.TryGetValue(turn, out var followed))
            {
                followed = new(new(turn, "", after: after));
                if (_stopped)
                {
                    followed.Live.Release();
                    return new(this, followed);
                }
                _followed.Add(turn, followed);
                _ = Task.Run(() => RunAsync(followed, after));
            }
            followed.Readers++;
            return new(this, followed);
        }
    }

    /// <summary>Wakes all readers of a turn and follows it no longer: it runs here now.</summary>
    public void SendAway(string turn)
    {
        lock (_gate)
        {
            if (!_followed.Remove(turn, out var followed)) return;
            followed.Over.Cancel();
        }
    }

    /// <summary>Whether nothing is followed any more.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_gate) return _stopped;
        }
    }

    /// <summary>Wakes all readers and follows nothing any more: the program stops.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Followed[] all = [.. _followed.Values];
            _followed.Clear();
            foreach (var followed in all) followed.Over.Cancel();
        }
    }

    private async Task RunAsync(Followed followed, long after)
    {
        using var free = ProjectAccess.Free(); // it reads for all its readers, each of whom was asked for their role
        try
        {
            while (!followed.Over.IsCancellationRequested)
            {
                var news = followed.News;
                if (await ReadAsync(followed, after) is { } last)
                {
                    after = last;
                    continue;
                }
                if (followed.IsOver) return;
                await Task.WhenAny(news, Task.Delay(_changes.HearsOthers ? Told : Untold, _time, followed.Over.Token));
            }
        }
        catch (Exception error)
        {
            if (!followed.Over.IsCancellationRequested) followed.Fault = error;
        }
        finally
        {
            lock (_gate) Forget(followed);
            followed.Live.Release();
        }
    }

    /// <summary>Shows what is new; the number of the last event, null when nothing is.</summary>
    private async Task<long?> ReadAsync(Followed followed, long after)
    {
        var events = await _outages.WaitOutAsync(() => _log.ReadAsync(followed.Live.Id, after, PageSize, followed.Over.Token), followed.Over.Token);
        if (events.Count == 0)
        {
            followed.IsOver = followed.SawEnd;
            followed.SawEnd = await _outages.WaitOutAsync(() => _turns.FindAsync(followed.Live.Id, followed.Over.Token), followed.Over.Token) is not { HasEnded: false };
            return followed.SawEnd && !followed.IsOver ? after : null; // its last events may have come in between
        }
        foreach (var happened in events) followed.Live.Show(happened);
        followed.IsOver = events[^1].IsFinal;
        return followed.IsOver ? null : events[^1].Sequence;
    }

    private void Heard(StoreChange change)
    {
        if (change.Topic is not (StoreChange.Turn or StoreChange.Everything)) return;
        lock (_gate)
        {
            if (change is { Topic: StoreChange.Turn, Id.Length: > 0 })
            {
                if (_followed.TryGetValue(change.Id, out var followed)) followed.Wake();
                return;
            }
            foreach (var followed in _followed.Values) followed.Wake();
        }
    }

    private void Leave(Followed followed)
    {
        lock (_gate)
        {
            if (--followed.Readers > 0) return;
            Forget(followed);
            followed.Over.Cancel();
        }
    }

    private void Forget(Followed followed)
    {
        if (_followed.TryGetValue(followed.Live.Id, out var current) && current == followed) _followed.Remove(followed.Live.Id);
    }

    public void Dispose()
    {
        Stop();
        _listening.Dispose();
    }

    /// <summary>One reader of a followed turn.</summary>
    public sealed class Following(TurnFollower follower, Followed followed) : IDisposable
    {
        public LiveTurn Live => followed.Live;

        /// <summary>Why the turn could not be followed further; null: it could.</summary>
        public Exception? Fault => followed.Fault;

        public void Dispose() => follower.Leave(followed);
    }

    /// <summary>A turn that is followed.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "The source of its token has no timer and is still asked after the end.")]
    public sealed class Followed(LiveTurn live)
    {
        private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LiveTurn Live => live;
        public int Readers { get; set; }
        public bool IsOver { get; set; }
        public bool SawEnd { get; set; }
        public Exception? Fault { get; set; }
        public CancellationTokenSource Over { get; } = new();

        /// <summary>Completes at the next change after this was read.</summary>
        public Task News => _news.Task;

        public void Wake() => Interlocked.Exchange(ref _news, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
