using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>What both forms of a chat completion say at its end.</summary>
internal static class ChatTotals
{
    public static string Finish(string reason, bool handedOver, bool refused) => reason switch
    {
        _ when refused => "content_filter",
        "length" or "limit" => "length",
        "contentFilter" => "content_filter",
        "toolCalls" when handedOver => "tool_calls",
        _ => "stop",
    };

    public static void WriteUsage(Utf8JsonWriter writer, TurnUsage usage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("prompt_tokens"u8, usage.InputTokens);
        writer.WriteNumber("completion_tokens"u8, usage.OutputTokens);
        writer.WriteNumber("total_tokens"u8, usage.InputTokens + usage.OutputTokens);
        writer.WriteStartObject("prompt_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CachedTokens ?? 0);
        writer.WriteNumber("cache_write_tokens"u8, usage.CacheWriteTokens ?? 0);
        writer.WriteNumber("audio_tokens"u8, 0);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens ?? 0);
        writer.WriteNumber("audio_tokens"u8, 0);
        writer.WriteNumber("accepted_prediction_tokens"u8, 0);
        writer.WriteNumber("rejected_prediction_tokens"u8, 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
