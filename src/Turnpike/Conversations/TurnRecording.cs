using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Conversations;

/// <summary>One turn being kept: gives each event its number, hands it to the log and shows it to the readers.</summary>
public sealed class TurnRecording(Turn begun, ITurnLog log, TimeProvider time)
{
    private long _sequence;

    /// <summary>The turn as it was when it was saved first.</summary>
    public Turn Begun => begun;

    /// <summary>The first event, which was saved with the turn.</summary>
    public TurnEvent Started { get; internal set; } = null!;

    /// <summary>What the events amount to so far.</summary>
    public TurnFold Fold { get; } = new();

    /// <summary>Each request to a provider so far.</summary>
    public List<TurnAttempt> Attempts { get; } = [];

    /// <summary>Hears of each event when readers may see it.</summary>
    public Action<TurnEvent> Seen { get; set; } = _ => { };

    /// <summary>Why the program, and nobody else, stops the turn; null while it does not.</summary>
    public Func<string?> Interruption { get; set; } = () => null;

    /// <summary>Gives an event the next number.</summary>
    internal T Place<T>(T happened) where T : TurnEvent
    {
        happened.Place(begun.Id, begun.Conversation, ++_sequence, time.GetUtcNow());
        Fold.Add(happened);
        return happened;
    }

    /// <summary>Appends an event; what must be on disk before anybody acts on it is, when this completes.</summary>
    public async ValueTask AppendAsync(TurnEvent happened, CancellationToken cancellationToken)
    {
        Place(happened);
        if (happened.AwaitsDisk) await log.AppendAsync(happened, cancellationToken);
        else log.Append(happened);
        Seen(happened);
    }
}
