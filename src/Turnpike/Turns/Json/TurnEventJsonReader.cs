using System.Text.Json;
using Turnpike.Turns.Events;

namespace Turnpike.Turns.Json;

/// <summary>Reads what <see cref="TurnEventJsonWriter"/> wrote; members it does not know are passed over.</summary>
internal static class TurnEventJsonReader
{
    public static TextDelta ReadText(ref Utf8JsonReader reader)
    {
        var delta = ReadDelta(ref reader);
        return new() { Text = delta.Text, Step = delta.Step, Block = delta.Block, Refusal = delta.Refusal, Phase = delta.Phase, Citations = delta.Citations };
    }

    public static ReasoningDelta ReadReasoning(ref Utf8JsonReader reader)
    {
        var delta = ReadDelta(ref reader);
        return new() { Text = delta.Text, Step = delta.Step, Block = delta.Block, Protected = delta.Sealed };
    }

    public static TurnEvent Read(string type, JsonElement value) => type switch
    {
        "turn.started" => Started(value),
        "step.started" => new StepStarted { Step = Int(value, "step"), Attempt = Int(value, "attempt"), Model = Text(value, "model") },
        "text.delta" => new TextDelta { Text = Text(value, "text"), Step = Int(value, "step"), Block = Int(value, "block"), Refusal = Flag(value, "refusal"), Phase = TextIf(value, "phase"), Citations = value.TryGetProperty("citations", out var citations) ? Citations(citations) : [] },
        "reasoning.delta" => new ReasoningDelta { Text = Text(value, "text"), Step = Int(value, "step"), Block = Int(value, "block"), Protected = TextIf(value, "protected") },
        "tool.call" => new ToolCall
        {
            CallId = Text(value, "callId"),
            Name = Text(value, "name"),
            Tool = TextIf(value, "tool"),
            Arguments = Text(value, "arguments"),
            Step = Int(value, "step"),
            Source = Text(value, "source"),
            Execution = Text(value, "execution"),
            Asks = Flag(value, "asks"),
        },
        "tool.approval" => new ToolApproval { CallId = Text(value, "callId"), Reason = TextIf(value, "reason") },
        "tool.input" => new ToolInput { CallId = Text(value, "callId"), Input = KeptJson.Read(value.GetProperty("input"), TurnpikeJson.Relaxed.AskedInput)! },
        "tool.result" => new ToolResult
        {
            CallId = Text(value, "callId"),
            Result = value.TryGetProperty("result", out var result) ? result.Clone() : null,
            Parts = Flag(value, "parts"),
            Error = TextIf(value, "error"),
            Denied = Flag(value, "denied"),
            Reason = TextIf(value, "reason"),
            By = Text(value, "by"),
        },
        "usage" => new UsageReported { Usage = Usage(value), Cost = Cost(value), Step = Int(value, "step") },
        "step.completed" => new StepCompleted { Step = Int(value, "step"), FinishReason = Text(value, "finishReason"), Waiting = Texts(value, "waiting") },
        "warning" => new WarningRaised { Code = Text(value, "code"), Message = Text(value, "message"), Span = Span(value) },
        "turn.completed" => new TurnCompleted { Usage = Usage(value.GetProperty("usage")), Cost = Cost(value), FinishReason = Text(value, "finishReason") },
        "turn.failed" => new TurnFailed { Code = Text(value, "code"), Message = Text(value, "message"), Retryable = Flag(value, "retryable"), RetryAfter = (int?)Long(value, "retryAfter") },
        "turn.cancelled" => new TurnCancelled { Reason = TextIf(value, "reason") },
        "turn.interrupted" => new TurnInterrupted { Reason = TextIf(value, "reason") },
        _ => throw new JsonException($"There is no event of type \"{type}\"."),
    };

    private static (string Text, int Step, int Block, bool Refusal, string? Phase, string? Sealed, IReadOnlyList<TextCitation> Citations) ReadDelta(ref Utf8JsonReader reader)
    {
        var (text, step, block, refusal, phase, sealedData) = ("", 0, 0, false, (string?)null, (string?)null);
        IReadOnlyList<TextCitation> citations = [];
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            if (reader.ValueTextEquals("text"u8) && reader.Read()) text = reader.GetString()!;
            else if (reader.ValueTextEquals("step"u8) && reader.Read()) step = reader.GetInt32();
            else if (reader.ValueTextEquals("block"u8) && reader.Read()) block = reader.GetInt32();
            else if (reader.ValueTextEquals("refusal"u8) && reader.Read()) refusal = reader.GetBoolean();
            else if (reader.ValueTextEquals("phase"u8) && reader.Read()) phase = reader.GetString();
            else if (reader.ValueTextEquals("protected"u8) && reader.Read()) sealedData = reader.GetString();
            else if (reader.ValueTextEquals("citations"u8) && reader.Read()) citations = Citations(JsonElement.ParseValue(ref reader));
        }
        return (text, step, block, refusal, phase, sealedData, citations);
    }

    private static TextCitation[] Citations(JsonElement value) => [.. value.EnumerateArray().Select(one => new TextCitation(Text(one, "url"), TextIf(one, "title"), Int(one, "start"), Int(one, "end")))];

    private static TurnStarted Started(JsonElement value)
    {
        var hasPrompt = value.TryGetProperty("prompt", out var prompt);
        return new()
        {
            Parent = TextIf(value, "parent"),
            Model = Text(value, "model"),
            PromptKey = hasPrompt ? TextIf(prompt, "key") : null,
            PromptVersion = hasPrompt && prompt.TryGetProperty("version", out var version) ? version.GetInt32() : null,
            PromptHash = hasPrompt ? TextIf(prompt, "hash") : null,
            Parameters = KeptJson.Read(value.GetProperty("parameters"), TurnpikeJson.Relaxed.TurnParameters)!,
            Tools = Texts(value, "tools"),
            Triggers = KeptJson.Read(value.GetProperty("triggers"), TurnpikeJson.Relaxed.IReadOnlyListTriggerRecord)!,
            Face = value.TryGetProperty("face", out var face) ? face.Clone() : null,
            Forgets = value.TryGetProperty("store", out var store) && store.ValueKind == JsonValueKind.False,
            Queued = Flag(value, "queued"),
        };
    }

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;

    private static string? TextIf(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetString() : null;

    private static int Int(JsonElement value, string name) => value.GetProperty(name).GetInt32();

    private static bool Flag(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.GetBoolean();

    private static string[] Texts(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? [.. member.EnumerateArray().Select(item => item.GetString()!)] : [];

    private static long? Long(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetInt64() : null;

    private static TextSpan? Span(JsonElement value) => value.TryGetProperty("span", out var span) ? new(Int(span, "start"), Int(span, "end")) : null;

    private static TurnCost? Cost(JsonElement value) => value.TryGetProperty("cost", out var cost) ? new(cost.GetProperty("amount").GetDecimal(), Text(cost, "currency")) : null;

    private static TurnUsage Usage(JsonElement value) => new()
    {
        InputTokens = value.GetProperty("inputTokens").GetInt64(),
        CachedTokens = Long(value, "cachedTokens"),
        CacheWriteTokens = Long(value, "cacheWriteTokens"),
        OutputTokens = value.GetProperty("outputTokens").GetInt64(),
        ReasoningTokens = Long(value, "reasoningTokens"),
        Estimated = Flag(value, "estimated"),
    };
}
