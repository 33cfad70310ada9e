using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.AgUi;

/// <summary>How a run ended: what it leaves open, and what it used.</summary>
internal static class AgUiOutcome
{
    private const string ResponseSchema = """{"type":"object","properties":{"approved":{"type":"boolean"},"reason":{"type":"string"}},"required":["approved"]}""";

    /// <summary>Writes the member <c>outcome</c>, if there is anything to say.</summary>
    public static void Write(Utf8JsonWriter writer, TurnEvent last, IReadOnlyList<ToolCall> open, Dictionary<string, ToolApproval> asked)
    {
        if (last is not TurnCancelled && open.Count == 0) return;
        writer.WriteStartObject("outcome"u8);
        if (last is TurnCancelled) writer.WriteString("type"u8, "cancelled"u8);
        else if (open.Any(call => asked.ContainsKey(call.CallId))) WriteInterrupts(writer, open, asked);
        else WritePending(writer, open);
        writer.WriteEndObject();
    }

    public static void WriteUsage(Utf8JsonWriter writer, string model, TurnUsage usage)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        writer.WriteStartArray("usage"u8);
        writer.WriteStartObject();
        if (slash > 0) writer.WriteString("provider"u8, model.AsSpan(0, slash));
        writer.WriteString("model"u8, model.AsSpan(slash + 1));
        writer.WriteNumber("inputTokens"u8, usage.InputTokens);
        writer.WriteNumber("outputTokens"u8, usage.OutputTokens);
        writer.WriteNumber("totalTokens"u8, usage.InputTokens + usage.OutputTokens);
        if (usage.ReasoningTokens is { } reasoning) writer.WriteNumber("reasoningTokens"u8, reasoning);
        if (usage.CachedTokens is { } cached) writer.WriteNumber("cachedInputTokens"u8, cached);
        if (usage.CacheWriteTokens is { } written) writer.WriteNumber("cacheWriteInputTokens"u8, written);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WritePending(Utf8JsonWriter writer, IReadOnlyList<ToolCall> open)
    {
        writer.WriteString("type"u8, "success"u8);
        writer.WriteStartArray("pendingToolCallIds"u8);
        foreach (var call in open) writer.WriteStringValue(call.CallId);
        writer.WriteEndArray();
    }

    private static void WriteInterrupts(Utf8JsonWriter writer, IReadOnlyList<ToolCall> open, Dictionary<string, ToolApproval> asked)
    {
        writer.WriteString("type"u8, "interrupt"u8);
        writer.WriteStartArray("interrupts"u8);
        foreach (var call in open.Where(call => asked.ContainsKey(call.CallId)))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, AgUiAnswers.InterruptPrefix + call.CallId);
            writer.WriteString("reason"u8, "tool_approval"u8);
            writer.WriteString("message"u8, asked[call.CallId].Reason ?? $"May \"{call.Name}\" be called?");
            writer.WriteString("toolCallId"u8, call.CallId);
            writer.WritePropertyName("responseSchema"u8);
            writer.WriteRawValue(ResponseSchema);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
