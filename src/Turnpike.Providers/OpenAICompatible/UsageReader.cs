using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Reads a <c>usage</c> object; members it does not know are passed over.</summary>
internal static class UsageReader
{
    /// <summary>The counts; null when there are none. The reader stands at the value.</summary>
    public static UsageDetails? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        var usage = new UsageDetails();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8)) usage.InputTokenCount = Count(ref reader);
            else if (reader.ValueTextEquals("completion_tokens"u8)) usage.OutputTokenCount = Count(ref reader);
            else if (reader.ValueTextEquals("total_tokens"u8)) usage.TotalTokenCount = Count(ref reader);
            else if (reader.ValueTextEquals("prompt_cache_hit_tokens"u8)) usage.CachedInputTokenCount ??= Count(ref reader);
            else if (reader.ValueTextEquals("reasoning_tokens"u8)) usage.ReasoningTokenCount ??= Count(ref reader);
            else if (reader.ValueTextEquals("prompt_tokens_details"u8)) ReadDetails(ref reader, usage, input: true);
            else if (reader.ValueTextEquals("completion_tokens_details"u8)) ReadDetails(ref reader, usage, input: false);
            else reader.Skip();
        }
        if (usage.InputTokenCount is null && usage.OutputTokenCount is null) return null;
        usage.TotalTokenCount ??= (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0);
        return usage;
    }

    private static void ReadDetails(ref Utf8JsonReader reader, UsageDetails usage, bool input)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (input && reader.ValueTextEquals("cached_tokens"u8)) usage.CachedInputTokenCount = Count(ref reader);
            else if (input && reader.ValueTextEquals("cache_write_tokens"u8)) Written(usage, Count(ref reader));
            else if (!input && reader.ValueTextEquals("reasoning_tokens"u8)) usage.ReasoningTokenCount = Count(ref reader);
            else reader.Skip();
        }
    }

    /// <summary>Notes the tokens that were put into the cache, under the name that Anthropic's client has for them.</summary>
    private static void Written(UsageDetails usage, long? count)
    {
        if (count is { } written) (usage.AdditionalCounts ??= [])["CacheCreationInputTokens"] = written;
    }

    private static long? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetInt64(out var count) ? count : reader.TryGetDouble(out var number) ? (long)number : null;
        reader.Skip();
        return null;
    }
}
