using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Conversations;

/// <summary>One turn being kept: gives each event its number, hands it to the log and shows it to the readers.</summary>
public sealed class TurnRecording(Turn begun, TurnTrace trace, IReadOnlyList<TurnWarning> warnings, ITurnLog log, TimeProvider time)
{
    private long _sequence;
    private int _reported; // requests whose use an event tells
    private IReadOnlyList<AnsweredCall> _answers = []; // to the calls that it waited for

    /// <summary>A turn that waited and goes on.</summary>
    /// <param name="waited">The turn as kept when it began to wait, with what was answered to its calls.</param>
    /// <param name="trace">The road of the turn until then.</param>
    /// <param name="events">Its events so far.</param>
    /// <param name="log">Where more are kept.</param>
    /// <param name="time">The clock.</param>
    public static TurnRecording GoOn(WaitingTurn waited, TurnTrace trace, IReadOnlyList<TurnEvent> events, ITurnLog log, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(waited);
        ArgumentNullException.ThrowIfNull(events);
        var fold = new TurnFold();
        foreach (var happened in events) fold.Add(happened);
        var turn = waited.Turn;
        var own = turn.Messages.Count - fold.Messages().Count; // those that were there before the model's
        var begun = turn with { Messages = [.. turn.Messages.Take(own)], OpenCalls = [], Status = TurnStatus.Running };
        return new(begun, trace, turn.Warnings, log, time) { _sequence = fold.Sequence, _reported = events.OfType<UsageReported>().Count(), _answers = waited.Answers, Fold = fold, Attempts = [.. turn.Attempts], Started = events[^1], GoesOn = true, AnswerWithin = waited.State.AnswerWithin, Went = waited.State.Went };
    }

    /// <summary>The turn as it was when it was saved first.</summary>
    public Turn Begun => begun;

    /// <summary>The road of the turn.</summary>
    public TurnTrace Trace => trace;

    /// <summary>Warnings from before the model.</summary>
    public IReadOnlyList<TurnWarning> Warnings => warnings;

    /// <summary>What becomes of it when calls wait for somebody outside.</summary>
    public OnWait OnWait { get; init; }

    /// <summary>How long its calls wait for somebody outside; null: as the options say.</summary>
    public TimeSpan? AnswerWithin { get; init; }

    /// <summary>The tools offered; of a turn that goes on: none until they are known again.</summary>
    internal OfferedTools Tools { get; set; } = OfferedTools.None;

    /// <summary>The calls that it hands over at its end.</summary>
    public IReadOnlyList<OpenCall> HandedOver { get; internal set; } = [];

    /// <summary>What was attached to its conversation and went with it: it is attached again when the turn is not answered.</summary>
    internal IReadOnlyList<Resource> Went { get; init; } = [];

    /// <summary>Whether it waited before.</summary>
    public bool GoesOn { get; private init; }

    /// <summary>The first event, which was saved with the turn; of one that goes on, the last it has.</summary>
    public TurnEvent Started { get; internal set; } = null!;

    /// <summary>What the events amount to so far.</summary>
    public TurnFold Fold { get; private init; } = new();

    /// <summary>Each request to a provider so far.</summary>
    public List<TurnAttempt> Attempts { get; private init; } = [];

    /// <summary>The requests whose use no event has told: those that were cut off.</summary>
    internal IReadOnlyList<TurnAttempt> Untold => [.. Attempts.Where(attempt => attempt.Usage is not null).Skip(_reported)];

    /// <summary>The results that were accepted and that no event has told: they count, whatever becomes of the turn.</summary>
    internal IReadOnlyList<ToolResult> UntoldResults => AcceptedAnswers.Results([.. _answers.Where(answered => Fold.OpenCalls.Any(call => call.CallId == answered.Call.CallId))]);

    /// <summary>Whether its end is the one that was kept, and not what somebody else had kept before.</summary>
    internal bool IsEndKept { get; set; }

    /// <summary>Hears of each event when readers may see it.</summary>
    public Action<TurnEvent> Seen { get; set; } = _ => { };

    /// <summary>Why the program, and nobody else, stops the turn; null while it does not.</summary>
    public Func<string?> Interruption { get; set; } = () => null;

    /// <summary>Gives an event the next number.</summary>
    internal T Place<T>(T happened) where T : TurnEvent
    {
        happened.Place(begun.Id, begun.Conversation, ++_sequence, time.GetUtcNow());
        Fold.Add(happened);
        if (happened is UsageReported) _reported++;
        return happened;
    }

    /// <summary>Appends an event; what must be on disk before anybody acts on it is, when this completes.</summary>
    public async ValueTask AppendAsync(TurnEvent happened, CancellationToken cancellationToken)
    {
        if (!happened.AwaitsDisk)
        {
            Append(happened);
            return;
        }
        Place(happened);
        await log.AppendAsync(happened, cancellationToken);
        Seen(happened);
    }

    /// <summary>Appends an event that nobody waits for: it goes to disk with those behind it.</summary>
    internal void Append(TurnEvent happened)
    {
        Place(happened);
        log.Append(happened);
        Seen(happened);
    }
}
