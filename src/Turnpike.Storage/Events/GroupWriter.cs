using System.Diagnostics;
using Turnpike.Turns.Events;

namespace Turnpike.Storage.Events;

/// <summary>
/// Lets one commit at a time: its own thread, or, where nobody else waits and commits are quick, whoever has something to write. What comes while a commit runs is committed together by the next one; text waits up to 25 ms or 64 KiB for company, anything that
/// somebody waits for goes at once. Where many wait, a commit is followed by a pause as long as itself, at most 4 ms: the fewer commits, the less is written.
/// </summary>
internal sealed class GroupWriter
{
    private const long Enough = 64 * 1024;
    private const int EventSize = 64;
    private const int Company = 3; // jobs of one commit that show that more will come
    private static readonly long PatienceTicks = Stopwatch.Frequency / 40; // 25 ms
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(25), LongestPause = TimeSpan.FromMilliseconds(4), Quiet = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new(); // not a Lock: the thread waits on it
    private readonly IGroupCommit _group;
    private readonly long _mostBehind;
    private readonly Func<Exception> _closed;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<object> _queue = new(1024), _spare = new(1024);
    private long _waiting, _committing, _since;
    private long _held, _heldSince, _committed; // text that the last commit left: its size, and since when it waits; when that commit ended
    private TimeSpan _pause;
    private int _jobs;
    private long _looksAt; // when the thread looks again by itself; 0: it does not wait
    private bool _urgent, _closing, _busy, _canRest = true;

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
            if (_closing || _held + _waiting + _committing > _mostBehind)
            {
                LogTelemetry.Drop();
                return;
            }
            Enqueue(happened);
            var before = _held + _waiting;
            _waiting += size;
            if (before < Enough && before + size >= Enough) Wake();
        }
    }

    /// <summary>Takes a job that goes at once, and does it where nobody else does or waits for anything.</summary>
    public void Add(GroupJob job)
    {
        Group own;
        lock (_gate)
        {
            if (_closing) own = default;
            else
            {
                _queue.Add(job);
                _jobs++;
                if (_queue.Count == 1) _since = Stopwatch.GetTimestamp();
                if (_busy || _urgent || !_group.IsQuick || Stopwatch.GetElapsedTime(_committed) < _pause)
                {
                    if (!_urgent) Wake();
                    _urgent = true;
                    return;
                }
                _urgent = true;
                own = Take();
            }
        }
        if (own.Items is not null) Commit(own);
        else job.Fail(_closed());
    }

    /// <summary>Whether nothing waits and nothing is being committed.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate) return _queue.Count == 0 && !_busy && _heldSince == 0;
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
        if (_looksAt > _since + PatienceTicks) Wake(); // else it comes by in time: waking it costs more than the event
    }

    /// <summary>Lets the thread look what there is to do, unless somebody is committing, who will.</summary>
    private void Wake()
    {
        if (_looksAt != 0 && !_busy) Monitor.Pulse(_gate);
    }

    private void Loop()
    {
        while (Next() is { } group)
        {
            if (group.Items is not null)
            {
                Commit(group);
                continue;
            }
            var isMore = _group.Rest();
            lock (_gate) (_canRest, _busy) = (isMore, false);
        }
        _group.Dispose();
        _ended.SetResult();
    }

    private void Commit(Group group)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            _group.Commit(group.Items!, group.IsAll);
            LogTelemetry.Committed(group.Since);
        }
        finally
        {
            Free(group, began); // whatever a listener of its changes throws, the next group is still taken
        }
    }

    private void Free(Group group, long began)
    {
        group.Items!.Clear();
        lock (_gate)
        {
            _committed = Stopwatch.GetTimestamp();
            var took = Stopwatch.GetElapsedTime(began, _committed);
            _pause = group.Jobs < Company ? TimeSpan.Zero : took < LongestPause ? took : LongestPause;
            var isNew = !_canRest || (_heldSince == 0 && _group.HoldsText);
            (_held, _heldSince) = _group.HoldsText ? (_held + _committing, group.Since) : (0, 0);
            (_committing, _canRest, _busy, _spare) = (0, true, false, group.Items);
            Batches++;
            if (isNew || _queue.Count > 0) Wake();
        }
    }

    /// <summary>What to do next: a group to commit, or a rest; null when there will be nothing more.</summary>
    private Group? Next()
    {
        lock (_gate)
        {
            for (var left = Left(); left is not { Ticks: <= 0 }; left = Left())
            {
                _looksAt = left is { } time ? Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
                Monitor.Wait(_gate, left is { } wait ? (int)Math.Ceiling(wait.TotalMilliseconds) : Timeout.Infinite);
                _looksAt = 0;
            }
            if (_queue.Count > 0 || _heldSince != 0) return Take();
            if (_closing) return null;
            _busy = true;
            return default(Group);
        }
    }

    private Group Take()
    {
        var since = _heldSince != 0 ? _heldSince : _since;
        var group = new Group(_queue, since, _jobs, IsAll: _closing || !_urgent || _held + _waiting >= Enough || Stopwatch.GetElapsedTime(since) >= Patience);
        (_queue, _committing, _waiting, _jobs, _urgent, _busy) = (_spare, _waiting + 1, 0, 0, false, true); // 1: a group of jobs alone is a group, too
        return group;
    }

    /// <summary>How long nothing is to be done; null: until something comes. Never longer than text may wait as long as there was something lately, so that text need not wake anybody.</summary>
    private TimeSpan? Left()
    {
        if (_busy) return Patience;
        if (_closing) return TimeSpan.Zero;
        if (_urgent) return _pause - Stopwatch.GetElapsedTime(_committed);
        if (_held + _waiting >= Enough) return TimeSpan.Zero;
        if (_heldSince != 0) return Patience - Stopwatch.GetElapsedTime(_heldSince);
        if (_queue.Count > 0) return Patience - Stopwatch.GetElapsedTime(_since);
        if (!_canRest) return null;
        var quiet = Quiet - Stopwatch.GetElapsedTime(_committed);
        return quiet < Patience ? quiet : Patience;
    }

    /// <param name="Items">What is committed; null: a rest.</param>
    /// <param name="Since">When the first of it came.</param>
    /// <param name="Jobs">How many of it somebody waits for.</param>
    /// <param name="IsAll">Whether text that could wait a little longer is written too.</param>
    private readonly record struct Group(List<object>? Items, long Since, int Jobs, bool IsAll);
}
