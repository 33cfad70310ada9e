namespace Turnpike.Turns.Events;

/// <summary>
/// Something that happened in a turn. Events are numbered from 1 without gaps when they are appended to the turn's log;
/// what each carries is the source of every face, so a face needs nothing but the log.
/// </summary>
public abstract record TurnEvent
{
    /// <summary>The event's number in its turn, from 1; 0 until it is appended.</summary>
    public long Sequence { get; internal set; }
    /// <summary>The turn's id.</summary>
    public string Turn { get; internal set; } = "";
    /// <summary>The conversation's id.</summary>
    public string Conversation { get; internal set; } = "";
    /// <summary>When it was appended, UTC.</summary>
    public DateTimeOffset At { get; internal set; }

    /// <summary>The wire name of the kind, for example <c>text.delta</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Whether this is the turn's last event.</summary>
    public virtual bool IsFinal => false;

    /// <summary>Whether the log writes it, and all before it, at once, without waiting for company.</summary>
    public virtual bool IsBoundary => true;

    /// <summary>Whether readers see it, and the turn goes on, only when it is on disk: tool calls, their answers and the end.</summary>
    public virtual bool AwaitsDisk => true;

    /// <summary>Gives the event its place. For stores and logs only: an event is placed once.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="conversation">The conversation's id.</param>
    /// <param name="sequence">The number, from 1.</param>
    /// <param name="at">When, UTC.</param>
    public void Place(string turn, string conversation, long sequence, DateTimeOffset at) =>
        (Turn, Conversation, Sequence, At) = (turn, conversation, sequence, at);
}
