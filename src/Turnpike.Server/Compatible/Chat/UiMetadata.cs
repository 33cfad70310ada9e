using System.Text.Json;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>What UI messages tell beside their parts.</summary>
internal static class UiMetadata
{
    public static void WriteStart(Utf8JsonWriter writer, TurnStarted started)
    {
        writer.WriteString("turn"u8, started.Turn);
        writer.WriteString("conversation"u8, started.Conversation);
        writer.WriteString("model"u8, started.Model);
        if (NativeMembers.Prompt(started) is { } prompt) writer.WriteString("prompt"u8, prompt);
    }

    public static void WriteEnd(Utf8JsonWriter writer, TurnEvent last)
    {
        writer.WriteString("status"u8, last.Type["turn.".Length..]);
        if (last is not TurnCompleted completed) return;
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("inputTokens"u8, completed.Usage.InputTokens);
        if (completed.Usage.CachedTokens is { } cached) writer.WriteNumber("cachedTokens"u8, cached);
        writer.WriteNumber("outputTokens"u8, completed.Usage.OutputTokens);
        if (completed.Usage.ReasoningTokens is { } reasoning) writer.WriteNumber("reasoningTokens"u8, reasoning);
        writer.WriteBoolean("estimated"u8, completed.Usage.Estimated);
        writer.WriteEndObject();
        if (completed.Cost is not null) NativeMembers.WriteCost(writer, completed.Cost);
    }
}
