using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Recordings;

namespace Turnpike.Turns;

/// <summary>What door 6 works from: a turn that was just prepared, or one that goes on after it waited.</summary>
public sealed record ModelTurn
{
    /// <summary>Its id, for the log; empty: it is none of ours.</summary>
    internal string Id { get; init; } = "";
    /// <summary>What is sent first; of a turn that goes on, with the messages made since.</summary>
    public required ModelRequest Request { get; init; }
    /// <summary>The model asked.</summary>
    public required ChosenModel Model { get; init; }
    /// <summary>Models asked in order when the first cannot answer.</summary>
    public IReadOnlyList<ChosenModel> Fallback { get; init; } = [];
    /// <summary>Composes the turn for one that stands in: with its window, and with what it reads and takes; null: nothing does, or nothing is made of it, and it is sent what was composed for the first as far as it takes it.</summary>
    internal Func<ChosenModel, CancellationToken, ValueTask<StandIn?>>? StandsIn { get; init; }
    /// <summary>How many messages of the request were composed; of a turn that just begins, all are.</summary>
    internal int? Composed { get; init; }
    /// <summary>The tools offered.</summary>
    public OfferedTools Tools { get; init; } = OfferedTools.None;
    /// <summary>Estimated input tokens.</summary>
    public long Tokens { get; init; }
    /// <summary>An answer of ours instead of a model's.</summary>
    public string? Answer { get; init; }
    /// <summary>Calls that waited, with their answers; they are settled before the model is asked.</summary>
    public IReadOnlyList<AnsweredCall> Answers { get; init; } = [];
    /// <summary>The steps made before it waited.</summary>
    public int Steps { get; init; }
    /// <summary>The blocks made before it waited.</summary>
    public int Blocks { get; init; }

    /// <summary>The tokens used before it waited.</summary>
    public TurnUsage Used { get; init; } = TurnUsage.None;
    /// <summary>What it cost before it waited; null when that is not known.</summary>
    public TurnCost? Cost { get; init; }
    /// <summary>The tool calls made before it waited.</summary>
    public int Calls { get; init; }
    /// <summary>How long it ran before it waited.</summary>
    internal TimeSpan Ran { get; init; }

    /// <summary>Whether an answer that broke off is begun anew; null: the options decide.</summary>
    public bool? Restart { get; init; }
    /// <summary>Whether its prompt asks that they are kept.</summary>
    public bool Record { get; init; }
    /// <summary>Whether its tools may ask whoever submitted it for input.</summary>
    public bool AsksInput { get; init; }
    /// <summary>For whom its tools are called; null: nobody that is known.</summary>
    public CallingTurn? Caller { get; init; }
    /// <summary>What becomes of the bytes that go to providers and come back; null: nothing.</summary>
    internal TurnExchanges? Exchanges { get; init; }

    /// <summary>A turn that was just prepared.</summary>
    public static ModelTurn Of(PreparedTurn prepared)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        return new() { Id = prepared.Draft.Id, Request = prepared.Request, Model = prepared.Model, Fallback = prepared.Fallback, Tools = prepared.Tools, Tokens = prepared.Tokens, Record = Records(prepared), Restart = prepared.Draft.Request.Restart ?? prepared.Prompt?.Prompt.Restart, Answer = prepared.Draft.State.Answer, Answers = prepared.Draft.Answers, AsksInput = prepared.Draft.Request.MayAskInput, Caller = CallingTurn.Of(prepared) };
    }

    private static bool Records(PreparedTurn prepared) => Says(prepared.Prompt) || Says(prepared.Draft.State.Agent?.Prompt);

    private static bool Says(ResolvedPrompt? prompt) => prompt?.Prompt.Metadata?["record"] is JsonValue says && says.TryGetValue<bool>(out var record) && record;

    /// <summary>What it will need to go on after it waited.</summary>
    public WaitingState Waits() => new()
    {
        Fallback = [.. Fallback.Select(model => model.Id)],
        Tokens = Tokens,
        Record = Record,
        Restart = Restart,
        Key = KeyScope.Current,
        AsksInput = AsksInput,
        Caller = Caller,
        Tools = [.. Tools.All.Select(tool => new WaitingTool { Name = tool.Name, Source = tool.Source, Function = tool.Own, IsClient = tool.IsClient, Decision = tool.Decision, Reason = tool.Reason })],
    };
}
