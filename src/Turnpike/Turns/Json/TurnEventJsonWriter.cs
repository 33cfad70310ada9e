using System.Text.Json;
using Turnpike.Turns.Events;

namespace Turnpike.Turns.Json;

/// <summary>The members of each kind of event.</summary>
internal static class TurnEventJsonWriter
{
    public static void WriteMembers(Utf8JsonWriter writer, TurnEvent happened)
    {
        switch (happened)
        {
            case TurnStarted started: Write(writer, started); break;
            case StepStarted step:
                writer.WriteNumber("step"u8, step.Step);
                writer.WriteNumber("attempt"u8, step.Attempt);
                writer.WriteString("model"u8, step.Model);
                break;
            case ToolCall call:
                writer.WriteString("callId"u8, call.CallId);
                writer.WriteString("name"u8, call.Name);
                WriteIf(writer, "tool"u8, call.Tool);
                writer.WriteString("arguments"u8, call.Arguments);
                writer.WriteNumber("step"u8, call.Step);
                writer.WriteString("source"u8, call.Source);
                writer.WriteString("execution"u8, call.Execution);
                if (call.Asks) writer.WriteBoolean("asks"u8, true);
                break;
            case ToolApproval approval:
                writer.WriteString("callId"u8, approval.CallId);
                WriteIf(writer, "reason"u8, approval.Reason);
                break;
            case ToolInput input:
                writer.WriteString("callId"u8, input.CallId);
                writer.WritePropertyName("input"u8);
                JsonSerializer.Serialize(writer, input.Input, TurnpikeJson.Relaxed.AskedInput);
                break;
            case ToolResult result: Write(writer, result); break;
            case UsageReported usage:
                WriteMembers(writer, usage.Usage);
                WriteIf(writer, usage.Cost);
                writer.WriteNumber("step"u8, usage.Step);
                break;
            case StepCompleted step: Write(writer, step); break;
            case WarningRaised warning: Write(writer, warning); break;
            case TurnCompleted completed:
                writer.WriteStartObject("usage"u8);
                WriteMembers(writer, completed.Usage);
                writer.WriteEndObject();
                WriteIf(writer, completed.Cost);
                writer.WriteString("finishReason"u8, completed.FinishReason);
                break;
            case TurnFailed failed:
                writer.WriteString("code"u8, failed.Code);
                writer.WriteString("message"u8, failed.Message);
                writer.WriteBoolean("retryable"u8, failed.Retryable);
                if (failed.RetryAfter is { } pause) writer.WriteNumber("retryAfter"u8, pause);
                break;
            case TurnCancelled cancelled: WriteIf(writer, "reason"u8, cancelled.Reason); break;
            case TurnInterrupted interrupted: WriteIf(writer, "reason"u8, interrupted.Reason); break;
            default: throw new NotSupportedException($"An event of type \"{happened.Type}\" cannot be written.");
        }
    }

    private static void Write(Utf8JsonWriter writer, TurnStarted started)
    {
        WriteIf(writer, "parent"u8, started.Parent);
        writer.WriteString("model"u8, started.Model);
        if (started.PromptKey is not null || started.PromptVersion is not null || started.PromptHash is not null)
        {
            writer.WriteStartObject("prompt"u8);
            WriteIf(writer, "key"u8, started.PromptKey);
            if (started.PromptVersion is { } version) writer.WriteNumber("version"u8, version);
            WriteIf(writer, "hash"u8, started.PromptHash);
            writer.WriteEndObject();
        }
        writer.WritePropertyName("parameters"u8);
        JsonSerializer.Serialize(writer, started.Parameters, TurnpikeJson.Relaxed.TurnParameters);
        WriteTexts(writer, "tools"u8, started.Tools);
        writer.WritePropertyName("triggers"u8);
        JsonSerializer.Serialize(writer, started.Triggers, TurnpikeJson.Relaxed.IReadOnlyListTriggerRecord);
        if (started.Forgets) writer.WriteBoolean("store"u8, false);
        if (started.Queued) writer.WriteBoolean("queued"u8, true);
        if (started.Face is not { } face) return;
        writer.WritePropertyName("face"u8);
        face.WriteTo(writer);
    }

    private static void Write(Utf8JsonWriter writer, ToolResult result)
    {
        writer.WriteString("callId"u8, result.CallId);
        if (result.Result is { } value)
        {
            writer.WritePropertyName("result"u8);
            value.WriteTo(writer);
            if (result.Parts) writer.WriteBoolean("parts"u8, true);
        }
        WriteIf(writer, "error"u8, result.Error);
        if (result.Denied) writer.WriteBoolean("denied"u8, true);
        WriteIf(writer, "reason"u8, result.Reason);
        writer.WriteString("by"u8, result.By);
    }

    private static void Write(Utf8JsonWriter writer, StepCompleted step)
    {
        writer.WriteNumber("step"u8, step.Step);
        writer.WriteString("finishReason"u8, step.FinishReason);
        if (step.Waiting.Count > 0) WriteTexts(writer, "waiting"u8, step.Waiting);
    }

    private static void Write(Utf8JsonWriter writer, WarningRaised warning)
    {
        writer.WriteString("code"u8, warning.Code);
        writer.WriteString("message"u8, warning.Message);
        if (warning.Span is not { } span) return;
        writer.WriteStartObject("span"u8);
        writer.WriteNumber("start"u8, span.Start);
        writer.WriteNumber("end"u8, span.End);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, TurnUsage usage)
    {
        writer.WriteNumber("inputTokens"u8, usage.InputTokens);
        if (usage.CachedTokens is { } cached) writer.WriteNumber("cachedTokens"u8, cached);
        writer.WriteNumber("outputTokens"u8, usage.OutputTokens);
        if (usage.CacheWriteTokens is { } written) writer.WriteNumber("cacheWriteTokens"u8, written);
        if (usage.ReasoningTokens is { } reasoning) writer.WriteNumber("reasoningTokens"u8, reasoning);
        writer.WriteBoolean("estimated"u8, usage.Estimated);
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteIf(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) writer.WriteString(name, text);
    }

    private static void WriteIf(Utf8JsonWriter writer, TurnCost? cost)
    {
        if (cost is null) return;
        writer.WriteStartObject("cost"u8);
        writer.WriteNumber("amount"u8, cost.Amount);
        writer.WriteString("currency"u8, cost.Currency);
        writer.WriteEndObject();
    }
}
