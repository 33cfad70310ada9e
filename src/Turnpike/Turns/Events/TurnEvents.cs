using System.Text.Json;
using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Events;

/// <summary>The turn is saved and the model is about to be asked.</summary>
public sealed record TurnStarted : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "turn.started";
    /// <summary>The turn it answers to, if any.</summary>
    public string? Parent { get; init; }
    /// <summary>The model, resolved.</summary>
    public required string Model { get; init; }
    /// <summary>The prompt's key, if it has one.</summary>
    public string? PromptKey { get; init; }
    /// <summary>The prompt's version, if it has one.</summary>
    public int? PromptVersion { get; init; }
    /// <summary>SHA-256 of what the prompt says; null when there is no prompt.</summary>
    public string? PromptHash { get; init; }
    /// <summary>The parameters, resolved.</summary>
    public TurnParameters Parameters { get; init; } = new();
    /// <summary>The names of the tools offered.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];
    /// <summary>The triggers found in the typed text.</summary>
    public IReadOnlyList<TriggerRecord> Triggers { get; init; } = [];
    /// <summary>What the face that submitted the turn says again when it shows it.</summary>
    public JsonElement? Face { get; init; }
    /// <summary>Whether the turn's content goes when it has ended, because the request or the prompt says so.</summary>
    public bool Forgets { get; init; }
    /// <summary>Whether the turn waited for another one of its branch before it began.</summary>
    public bool Queued { get; init; }
}

/// <summary>A model call begins.</summary>
public sealed record StepStarted : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "step.started";
    /// <inheritdoc/>
    public override bool AwaitsDisk => false;
    /// <summary>The step, from 1.</summary>
    public required int Step { get; init; }
    /// <summary>The try of the step, from 1.</summary>
    public int Attempt { get; init; } = 1;
    /// <summary>The model asked.</summary>
    public required string Model { get; init; }
}

/// <summary>The model said something.</summary>
public sealed record TextDelta : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "text.delta";
    /// <inheritdoc/>
    public override bool IsBoundary => false;
    /// <inheritdoc/>
    public override bool AwaitsDisk => false;
    /// <summary>The words, to be put behind those before.</summary>
    public required string Text { get; init; }
    /// <summary>The step, from 1.</summary>
    public int Step { get; init; }
    /// <summary>Which block of the turn's answer it belongs to, from 0; a block ends where a block of another kind or a tool call begins.</summary>
    public int Block { get; init; }
    /// <summary>Whether the provider marked it as a refusal.</summary>
    public bool Refusal { get; init; }
    /// <summary>The phase that the provider gave the block, such as <c>commentary</c> or <c>final_answer</c>; on the block's first delta only, null when it gave none.</summary>
    public string? Phase { get; init; }
    /// <summary>The sources that the text so far rests on; they come with an empty text.</summary>
    public IReadOnlyList<TextCitation> Citations { get; init; } = [];
}

/// <summary>A source of a stretch of the answer.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Title">Its name, if it has one.</param>
/// <param name="Start">Where in the block the stretch begins, in UTF-16 units; 0 when not told.</param>
/// <param name="End">Where it ends.</param>
public sealed record TextCitation(string Url, string? Title = null, int Start = 0, int End = 0);

/// <summary>The model thought something.</summary>
public sealed record ReasoningDelta : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "reasoning.delta";
    /// <inheritdoc/>
    public override bool IsBoundary => false;
    /// <inheritdoc/>
    public override bool AwaitsDisk => false;
    /// <summary>The words, to be put behind those before.</summary>
    public required string Text { get; init; }
    /// <summary>The step, from 1.</summary>
    public int Step { get; init; }
    /// <summary>Which block of the turn's answer it belongs to, from 0.</summary>
    public int Block { get; init; }
    /// <summary>The provider's own data, which it wants back with the block that it ends; null: none came.</summary>
    public string? Protected { get; init; }
}

/// <summary>The model asks for a tool.</summary>
public sealed record ToolCall : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "tool.call";
    /// <summary>The call's id, unique in the turn.</summary>
    public required string CallId { get; init; }
    /// <summary>The tool's name, as the model sees it.</summary>
    public required string Name { get; init; }
    /// <summary>Its name at its source, where that is another one; null: the same.</summary>
    public string? Tool { get; init; }
    /// <summary>The whole input as JSON text, as the model wrote it.</summary>
    public required string Arguments { get; init; }
    /// <summary>The step, from 1.</summary>
    public int Step { get; init; }
    /// <summary>Who supplies the tool: <c>turnpike</c> for C# tools, else the source's name.</summary>
    public string Source { get; init; } = "turnpike";
    /// <summary>Who executes it: <c>server</c> or <c>client</c>.</summary>
    public string Execution { get; init; } = "server";
    /// <summary>Whether somebody is asked before it runs; a <see cref="ToolApproval"/> follows.</summary>
    public bool Asks { get; init; }
}

/// <summary>A tool call waits for somebody's yes or no.</summary>
public sealed record ToolApproval : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "tool.approval";
    /// <summary>The call's id.</summary>
    public required string CallId { get; init; }
    /// <summary>Why it is asked.</summary>
    public string? Reason { get; init; }
}

/// <summary>A tool asks a person something before it goes on.</summary>
public sealed record ToolInput : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "tool.input";
    /// <summary>The call's id.</summary>
    public required string CallId { get; init; }
    /// <summary>What it asks.</summary>
    public required AskedInput Input { get; init; }
}

/// <summary>A tool answered, or failed to.</summary>
public sealed record ToolResult : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "tool.result";
    /// <summary>The call's id.</summary>
    public required string CallId { get; init; }
    /// <summary>The answer; absent when it failed.</summary>
    public JsonElement? Result { get; init; }
    /// <summary>Whether the answer is a list of message parts, texts and media, which the model reads as such. A tool's own JSON never is, whatever it looks like.</summary>
    public bool Parts { get; init; }
    /// <summary>What went wrong, as it is told to the model.</summary>
    public string? Error { get; init; }
    /// <summary>Whether somebody said no.</summary>
    public bool Denied { get; init; }
    /// <summary>Why, in the words of who said no; null: none were given.</summary>
    public string? Reason { get; init; }
    /// <summary>Who answered: <c>server</c> or <c>client</c>.</summary>
    public string By { get; init; } = "server";
}

/// <summary>Tokens of a step.</summary>
public sealed record UsageReported : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "usage";
    /// <inheritdoc/>
    public override bool IsBoundary => false;
    /// <inheritdoc/>
    public override bool AwaitsDisk => false;
    /// <summary>The step, from 1.</summary>
    public int Step { get; init; }
    /// <summary>The tokens.</summary>
    public required TurnUsage Usage { get; init; }
    /// <summary>What they cost; null when the price is unknown.</summary>
    public TurnCost? Cost { get; init; }
}

/// <summary>A model call ended and its tool calls are answered or wait for somebody outside.</summary>
public sealed record StepCompleted : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "step.completed";
    /// <inheritdoc/>
    public override bool AwaitsDisk => Waiting.Count > 0;
    /// <summary>The step, from 1.</summary>
    public required int Step { get; init; }
    /// <summary><c>stop, length, toolCalls, contentFilter, other</c>.</summary>
    public required string FinishReason { get; init; }
    /// <summary>Ids of calls that wait for somebody outside.</summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];
}

/// <summary>Something a person should know.</summary>
public sealed record WarningRaised : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "warning";
    /// <inheritdoc/>
    public override bool IsBoundary => false;
    /// <inheritdoc/>
    public override bool AwaitsDisk => false;
    /// <summary>A word for programs.</summary>
    public required string Code { get; init; }
    /// <summary>What happened and what to do.</summary>
    public required string Message { get; init; }
    /// <summary>The stretch of the typed text it is about.</summary>
    public TextSpan? Span { get; init; }
}

/// <summary>The turn ended as it should.</summary>
public sealed record TurnCompleted : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "turn.completed";
    /// <inheritdoc/>
    public override bool IsFinal => true;
    /// <summary>All tokens of the turn.</summary>
    public required TurnUsage Usage { get; init; }
    /// <summary>What the turn cost; null when a price is unknown.</summary>
    public TurnCost? Cost { get; init; }
    /// <summary><c>stop, length, toolCalls, contentFilter, limit, other</c>.</summary>
    public string FinishReason { get; init; } = "stop";
}

/// <summary>The turn ended by an error.</summary>
public sealed record TurnFailed : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "turn.failed";
    /// <inheritdoc/>
    public override bool IsFinal => true;
    /// <summary>The wire form of a <see cref="TurnErrorCode"/>.</summary>
    public required string Code { get; init; }
    /// <summary>What happened and what to do.</summary>
    public required string Message { get; init; }
    /// <summary>Whether the same request may work later.</summary>
    public bool Retryable { get; init; }
    /// <summary>In how many seconds it may, where the provider said; null: it did not.</summary>
    public int? RetryAfter { get; init; }
    /// <summary>The exception behind it, for callers in this process; null: there is none, or the event was read from the log.</summary>
    internal Exception? Cause { get; init; }
}

/// <summary>The turn ended by somebody's wish.</summary>
public sealed record TurnCancelled : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "turn.cancelled";
    /// <inheritdoc/>
    public override bool IsFinal => true;
    /// <summary>Who or what ended it, if known.</summary>
    public string? Reason { get; init; }
}

/// <summary>The turn's node went away.</summary>
public sealed record TurnInterrupted : TurnEvent
{
    /// <inheritdoc/>
    public override string Type => "turn.interrupted";
    /// <inheritdoc/>
    public override bool IsFinal => true;
    /// <summary>What is known of it.</summary>
    public string? Reason { get; init; }
}
