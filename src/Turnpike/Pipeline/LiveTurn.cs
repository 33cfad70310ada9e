using System.Diagnostics;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;

namespace Turnpike.Pipeline;

/// <summary>
/// A running turn as its readers see it: a window on the newest events. A reader that is behind the window reads the log, so memory is bounded however
/// long the answer and however slow the reader.
/// </summary>
/// <param name="id">The turn's id.</param>
/// <param name="conversation">The conversation's id.</param>
/// <param name="after">The number of the last event before those it will hold.</param>
internal sealed class LiveTurn(string id, string conversation, long after = 0)
{
    private static readonly TimeSpan Disk = TimeSpan.FromMilliseconds(25); // how long an event may be shown and not be on disk
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2); // text that comes more often is read together
    private const int Window = 1024;
    private readonly Lock _gate = new();
    private TurnEvent[] _events = new TurnEvent[16];
    private int _count;
    private long _first = after + 1; // the number of _events[0]
    private readonly List<ReaderWake> _waiting = [];
    private long _passedOn; // when a reader was last woken by its text, on the turn's own thread
    private volatile bool _released;
    private bool _asked, _closed;

    public string Id => id;
    public string Conversation => conversation;
    /// <summary>Whose it is: nobody else can read or cancel it.</summary>
    public string Organization { get; } = OrganizationScope.Current;
    /// <summary>Whether something was reserved for it, so that what it used is counted at its end; one that goes on after a wait may have been counted when it began.</summary>
    public bool IsCounted { get; set; } = true;
    /// <summary>Stops the turn. Never disposed: it has no timer, and somebody may still cancel a turn that has just ended.</summary>
    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Whether it holds every event from the first one on: for turns whose log goes when they end. Settled before the first event.</summary>
    public bool KeepsAll { get; set; }

    /// <summary>The turn as it ended, with its content, or as somebody else had ended it before; null until then.</summary>
    public Turns.Turn? Ended { get; set; }

    /// <summary>Why the program ends the turn before its time; null while nobody but its owner may.</summary>
    public string? Interruption { get; set; }

    /// <summary>Whether the turn runs here no longer.</summary>
    public bool IsReleased => _released;

    /// <summary>The key of a turn that goes on after a wait; null: that of the flow of calls.</summary>
    public AccessKey? Key { get; set; }

    /// <summary>Of a turn that goes on after a wait: completes when it runs under its key and has its place again, or cannot.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>Completes when the turn is kept, however it ended.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>
    /// Shows an event to the readers. Text that comes after a pause reaches an only, prompt reader on this thread: it need not wait until another one has time.
    /// What follows closely is left to such a thread, which finds it gathered.
    /// </summary>
    public void Show(TurnEvent happened)
    {
        ReaderWake only;
        lock (_gate)
        {
            if (_count == _events.Length) MakeRoom();
            _events[_count++] = happened;
            if (_waiting is not [{ IsPrompt: true }] || happened is not (TextDelta or ReasoningDelta) || !CameAfterPause())
            {
                WakeAll();
                return;
            }
            only = _waiting[0];
            _waiting.Clear();
        }
        only.Wake(isHere: true);
    }

    /// <summary>The events after a number that the window holds; null when the reader is behind the window and must read the log.</summary>
    public IReadOnlyList<TurnEvent>? After(long after)
    {
        lock (_gate)
        {
            if (after + 1 < _first) return null;
            var from = (int)(after + 1 - _first);
            return from >= _count ? [] : _events[from.._count];
        }
    }

    /// <summary>Waits until there is an event after a number; a reader behind the window, until the log may hold what it lacks.</summary>
    /// <exception cref="OperationCanceledException">The reader leaves.</exception>
    public ValueTask WaitAsync(long after, ReaderWake reader)
    {
        lock (_gate)
        {
            if (_released || (after + 1 >= _first && after + 1 < _first + _count)) return ValueTask.CompletedTask;
            if (after + 1 < _first) return new(Task.Delay(Disk, reader.Cancellation));
            reader.Cancellation.ThrowIfCancellationRequested();
            _waiting.Add(reader);
            return reader.Begin(this);
        }
    }

    /// <summary>Takes a reader from those that wait; false when it does not wait, or is being woken.</summary>
    public bool Leave(ReaderWake reader)
    {
        lock (_gate) return _waiting.Remove(reader);
    }

    /// <summary>Asks for the turn's end, should it come to wait as well; false when it is past hearing that here.</summary>
    public async Task<bool> CancelAsync()
    {
        lock (_gate)
        {
            if (_closed) return false;
            _asked = true;
        }
        await Cancellation.CancelAsync();
        return true;
    }

    /// <summary>Hears nobody any more who asks for the turn's end; whether somebody has.</summary>
    public bool Close()
    {
        lock (_gate)
        {
            _closed = true;
            return _asked;
        }
    }

    /// <summary>Wakes all readers: the turn runs here no longer, and the log tells the rest.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _released = true;
            WakeAll();
        }
    }

    private bool CameAfterPause()
    {
        var now = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(_passedOn, now) < Pause) return false;
        _passedOn = now;
        return true;
    }

    private void WakeAll()
    {
        foreach (var reader in _waiting) reader.Wake(isHere: false);
        _waiting.Clear();
    }

    private void MakeRoom()
    {
        if (KeepsAll || _events.Length < Window)
        {
            Array.Resize(ref _events, _events.Length * 2);
            return;
        }
        var dropped = Window / 2;
        Array.Copy(_events, dropped, _events, 0, _count - dropped);
        Array.Clear(_events, _count - dropped, dropped);
        (_first, _count) = (_first + dropped, _count - dropped);
    }
}
