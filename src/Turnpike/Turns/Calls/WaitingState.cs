using Turnpike.Turns.Access;
using Turnpike.Turns.Resources;

namespace Turnpike.Turns.Calls;

/// <summary>What a waiting turn needs to go on, beside its log and its request.</summary>
public sealed record WaitingState
{
    /// <summary>The tools offered, in the order of the request.</summary>
    public IReadOnlyList<WaitingTool> Tools { get; init => field = value ?? []; } = [];
    /// <summary>Ids of the models that stand in for the first.</summary>
    public IReadOnlyList<string> Fallback { get; init => field = value ?? []; } = [];
    /// <summary>Estimated input tokens of the request.</summary>
    public long Tokens { get; init; }
    /// <summary>Whether what goes to providers and comes back is kept, because the prompt says so.</summary>
    public bool Record { get; init; }
    /// <summary>Whether an answer that broke off is begun anew; null: the options decide.</summary>
    public bool? Restart { get; init; }
    /// <summary>The key that submitted the turn, under which it goes on; null: there was none.</summary>
    public AccessKey? Key { get; init; }
    /// <summary>Whether its tools may ask whoever submitted it for input.</summary>
    public bool AsksInput { get; init; }
    /// <summary>For whom its tools are called; null: nobody that is known.</summary>
    public CallingTurn? Caller { get; init; }
    /// <summary>How long its calls wait for somebody outside; null: as the options say.</summary>
    public TimeSpan? AnswerWithin { get; init; }
    /// <summary>What was attached to its conversation and went with it: it is attached again when nothing of the turn is sent any more.</summary>
    public IReadOnlyList<Resource> Went { get; init => field = value ?? []; } = [];
}

/// <summary>A tool as it was offered.</summary>
public sealed record WaitingTool
{
    /// <summary>The name it is chosen by.</summary>
    public required string Name { get; init; }
    /// <summary>Its source.</summary>
    public required string Source { get; init; }
    /// <summary>Its name at its source.</summary>
    public required string Function { get; init; }
    /// <summary>Whether the client executes it.</summary>
    public bool IsClient { get; init; }
    /// <summary>What becomes of its calls.</summary>
    public ToolDecision Decision { get; init; }
    /// <summary>Why it is asked.</summary>
    public string? Reason { get; init; }
}
