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
    private const int Window = 1024;
    private readonly Lock _gate = new();
    private TurnEvent[] _events = new TurnEvent[16];
    private int _count;
    private long _first = after + 1; // the number of _events[0]
    private TaskCompletionSource? _news;
    private volatile bool _released;

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

    /// <summary>The turn as it ended, with its content; null until then.</summary>
    public Turns.Turn? Ended { get; set; }

    /// <summary>Why the program ends the turn before its time; null while nobody but its owner may.</summary>
    public string? Interruption { get; set; }

    /// <summary>Whether the turn runs here no longer.</summary>
    public bool IsReleased => _released;

    /// <summary>Completes when the turn is kept, however it ended.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>Shows an event to the readers.</summary>
    public void Show(TurnEvent happened)
    {
        TaskCompletionSource? news;
        lock (_gate)
        {
            if (_count == _events.Length) MakeRoom();
            _events[_count++] = happened;
            (news, _news) = (_news, null);
        }
        news?.SetResult();
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
    public Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_released || (after + 1 >= _first && after + 1 < _first + _count)) return Task.CompletedTask;
            if (after + 1 < _first) return Task.Delay(Disk, cancellationToken);
            return (_news ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Wakes all readers: the turn runs here no longer, and the log tells the rest.</summary>
    public void Release()
    {
        TaskCompletionSource? news;
        lock (_gate)
        {
            (news, _news, _released) = (_news, null, true);
        }
        news?.SetResult();
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
