using System.Diagnostics;
using Turnpike.Turns.Events;

namespace Turnpike.Storage.Events;

/// <summary>
/// The one thread that writes. What comes while a commit runs is committed together by the next one; text alone waits up to 25 ms or 64 KiB for company,
/// anything that somebody waits for goes at once with all that is there.
/// </summary>
internal sealed class GroupWriter
{
    private const long Enough = 64 * 1024;
    private const int EventSize = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(25);

    private readonly object _gate = new(); // not a Lock: the thread waits on it
    private readonly IGroupCommit _group;
    private readonly long _mostBehind;
    private readonly Func<Exception> _closed;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<object> _queue = new(1024), _spare = new(1024);
    private long _waiting, _committing, _since;
    private bool _urgent, _closing;

    /// <param name="group">Commits; belongs to the writer from now on.</param>
    /// <param name="mostBehind">How many bytes of events may wait before more are dropped.</param>
    /// <param name="closed">What a job is told that comes too late.</param>
    public GroupWriter(IGroupCommit group, long mostBehind, Func<Exception> closed)
    {
        (_group, _mostBehind, _closed) = (group, mostBehind, closed);
        new Thread(Loop) { IsBackground = true, Name = "turnpike-writer" }.Start();
    }

    /// <summary>How many transactions were committed or lost.</summary>
    public long Batches { get; private set; }

    /// <summary>Takes an event without waiting.</summary>
    public void Append(TurnEvent happened)
    {
        var size = EventSize + (happened is TextDelta text ? text.Text.Length : happened is ReasoningDelta reasoning ? reasoning.Text.Length : 0);
        lock (_gate)
        {
            if (_closing || _waiting + _committing > _mostBehind)
            {
                LogTelemetry.Drop();
                return;
            }
            Enqueue(happened);
            var before = _waiting;
            _waiting += size;
            if (before < Enough && _waiting >= Enough) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes a job that goes at once.</summary>
    public void Add(GroupJob job)
    {
        lock (_gate)
        {
            if (!_closing)
            {
                Enqueue(job);
                if (!_urgent) Monitor.Pulse(_gate);
                _urgent = true;
                return;
            }
        }
        job.Fail(_closed());
    }

    /// <summary>Whether nothing waits and nothing is being committed.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate) return _queue.Count == 0 && _committing == 0;
        }
    }

    /// <summary>Commits what is there and ends the thread.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
        return _ended.Task;
    }

    private void Enqueue(object item)
    {
        _queue.Add(item);
        if (_queue.Count > 1) return;
        _since = Stopwatch.GetTimestamp();
        Monitor.Pulse(_gate);
    }

    private void Loop()
    {
        while (Next(out var since) is { } items)
        {
            _group.Commit(items);
            LogTelemetry.Committed(since);
            Batches++;
            items.Clear();
            _spare = items;
        }
        _group.Dispose();
        _ended.SetResult();
    }

    /// <summary>What to commit next; null when there will be nothing more.</summary>
    private List<object>? Next(out long since)
    {
        lock (_gate)
        {
            (_committing, since) = (0, 0);
            while (_queue.Count == 0 && !_closing) Monitor.Wait(_gate);
            while (!_urgent && !_closing && _waiting < Enough && Patience - Stopwatch.GetElapsedTime(_since) is { Ticks: > 0 } left) Monitor.Wait(_gate, left);
            if (_queue.Count == 0) return null;
            var items = _queue;
            since = _since;
            (_queue, _committing, _waiting, _urgent) = (_spare, _waiting + 1, 0, false); // 1: a group of jobs alone is a group, too
            return items;
        }
    }
}
