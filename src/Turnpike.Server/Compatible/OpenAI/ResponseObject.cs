using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Writes the response object; every member is always there, because some clients look at all of them.</summary>
internal static class ResponseObject
{
    public static void Write(Utf8JsonWriter writer, TurnStarted started, IReadOnlyList<OutputItem> output, TurnEvent? last, TurnUsage? used, string? status = null)
    {
        var face = new ResponseFace(started.Face?.Text("name") == "responses" ? started.Face : null);
        writer.WriteStartObject();
        writer.WriteString("id"u8, "resp_" + Projection.Suffix(started.Turn));
        writer.WriteString("object"u8, "response"u8);
        writer.WriteNumber("created_at"u8, started.At.ToUnixTimeSeconds());
        if (Status(last) == "completed") writer.WriteNumber("completed_at"u8, last!.At.ToUnixTimeSeconds());
        else writer.WriteNull("completed_at"u8);
        writer.WriteString("status"u8, status ?? Status(last));
        WriteError(writer, last);
        WriteIncomplete(writer, last);
        writer.WriteString("model"u8, started.Model);
        writer.WriteString("instructions"u8, face.Text("instructions"));
        WriteElement(writer, "metadata"u8, started.Face?.Member("metadata"), "{}"); // also of a turn that was made as a chat completion
        writer.WriteStartArray("output"u8);
        foreach (var item in output) item.Write(writer);
        writer.WriteEndArray();
        WriteElement(writer, "tools"u8, face.Member("tools"), "[]");
        WriteElement(writer, "tool_choice"u8, face.Member("toolChoice"), "\"auto\"");
        writer.WriteBoolean("parallel_tool_calls"u8, started.Parameters.ParallelToolCalls ?? face.Parallel);
        writer.WriteNumber("temperature"u8, started.Parameters.Temperature ?? 1);
        writer.WriteNumber("top_p"u8, started.Parameters.TopP ?? 1);
        writer.WriteNumber("presence_penalty"u8, started.Parameters.PresencePenalty ?? 0);
        writer.WriteNumber("frequency_penalty"u8, started.Parameters.FrequencyPenalty ?? 0);
        writer.WriteNumber("top_logprobs"u8, 0);
        writer.WriteString("previous_response_id"u8, face.Previous);
        WriteConversation(writer, started, face);
        WritePrompt(writer, started, face);
        writer.WriteBoolean("background"u8, face.Background);
        writer.WriteBoolean("store"u8, face.Stored && !started.Forgets);
        writer.WriteString("truncation"u8, face.Truncation);
        writer.WriteStartObject("text"u8);
        WriteElement(writer, "format"u8, Format(started.Parameters.ResponseFormat), """{"type":"text"}""");
        writer.WriteString("verbosity"u8, started.Parameters.Verbosity ?? "medium");
        writer.WriteEndObject();
        writer.WriteStartObject("reasoning"u8);
        writer.WriteString("effort"u8, started.Parameters.ReasoningEffort);
        writer.WriteString("summary"u8, face.Text("summary"));
        writer.WriteEndObject();
        WriteNumber(writer, "max_output_tokens"u8, started.Parameters.MaxOutputTokens);
        WriteElement(writer, "max_tool_calls"u8, face.Member("maxToolCalls"), "null");
        WriteUsage(writer, last is TurnCompleted completed ? completed.Usage : last is { IsFinal: true } ? used : null); // a turn that broke off has used what its steps told
        writer.WriteString("service_tier"u8, "default"u8);
        writer.WriteString("user"u8, face.Text("user"));
        writer.WriteString("safety_identifier"u8, face.Text("safetyIdentifier"));
        writer.WriteString("prompt_cache_key"u8, face.Text("promptCacheKey"));
        writer.WriteNull("access_programs"u8);
        writer.WriteEndObject();
    }

    /// <summary>The status in the vendor's words.</summary>
    public static string Status(TurnEvent? last) => last switch
    {
        TurnCompleted { FinishReason: "length" or "contentFilter" or "limit" } => "incomplete",
        TurnCompleted => "completed",
        TurnFailed or TurnInterrupted => "failed",
        TurnCancelled => "cancelled",
        _ => "in_progress",
    };

    private static void WriteError(Utf8JsonWriter writer, TurnEvent? last)
    {
        var (code, message) = last switch
        {
            TurnFailed failed => (failed.Code, failed.Message),
            TurnInterrupted => ("turn_interrupted", "The turn was interrupted: its node went away. What the model had said is kept."),
            _ => ("", ""),
        };
        if (code.Length == 0)
        {
            writer.WriteNull("error"u8);
            return;
        }
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, code is "rate_limited" or "provider_rate_limited" ? "rate_limit_exceeded" : code == "provider_refused" ? "invalid_prompt" : "server_error");
        writer.WriteString("message"u8, $"[{code}] {message}");
        writer.WriteEndObject();
    }

    private static void WriteIncomplete(Utf8JsonWriter writer, TurnEvent? last)
    {
        var reason = last switch
        {
            TurnCompleted { FinishReason: "length" } => "max_output_tokens",
            TurnCompleted { FinishReason: "contentFilter" } => "content_filter",
            TurnCompleted { FinishReason: "limit" } => "max_tool_calls",
            TurnCancelled => "cancelled",
            _ => null,
        };
        if (reason is null)
        {
            writer.WriteNull("incomplete_details"u8);
            return;
        }
        writer.WriteStartObject("incomplete_details"u8);
        writer.WriteString("reason"u8, reason);
        writer.WriteEndObject();
    }

    private static void WriteConversation(Utf8JsonWriter writer, TurnStarted started, ResponseFace face)
    {
        if (!face.NamesConversation)
        {
            writer.WriteNull("conversation"u8);
            return;
        }
        writer.WriteStartObject("conversation"u8);
        writer.WriteString("id"u8, started.Conversation);
        writer.WriteEndObject();
    }

    private static void WritePrompt(Utf8JsonWriter writer, TurnStarted started, ResponseFace face)
    {
        if (face.Text("promptId") is not { } id)
        {
            writer.WriteNull("prompt"u8);
            return;
        }
        writer.WriteStartObject("prompt"u8);
        writer.WriteString("id"u8, id);
        writer.WriteString("version"u8, face.Text("promptVersion") is { } told ? told.Length > 0 ? told : null : started.PromptVersion?.ToString(CultureInfo.InvariantCulture));
        WriteElement(writer, "variables"u8, face.Member("promptVariables"), "null");
        writer.WriteEndObject();
    }

    private static JsonElement? Format(JsonObject? format)
    {
        if (format is null) return null;
        var shown = (JsonObject)format.DeepClone();
        if ((string?)shown["type"] == "json_schema")
        {
            shown["name"] ??= "answer";
            if (!shown.ContainsKey("strict")) shown["strict"] = null;
        }
        return JsonSerializer.SerializeToElement(shown, Turns.Json.TurnpikeJson.Relaxed.JsonObject);
    }

    private static void WriteUsage(Utf8JsonWriter writer, TurnUsage? usage)
    {
        if (usage is null)
        {
            writer.WriteNull("usage"u8);
            return;
        }
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteStartObject("input_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CachedTokens ?? 0);
        writer.WriteNumber("cache_write_tokens"u8, usage.CacheWriteTokens ?? 0);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        writer.WriteStartObject("output_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens ?? 0);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens"u8, usage.InputTokens + usage.OutputTokens);
        writer.WriteEndObject();
    }

    private static void WriteElement(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement? value, string standard)
    {
        writer.WritePropertyName(name);
        if (value is { } given) given.WriteTo(writer);
        else writer.WriteRawValue(standard);
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value) writer.WriteNumber(name, value);
        else writer.WriteNull(name);
    }
}
