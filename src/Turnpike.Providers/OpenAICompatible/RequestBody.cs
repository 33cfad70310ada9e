using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Models;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>
/// Writes the body of <c>POST chat/completions</c>. The order of members is fixed, so that equal requests are equal bytes;
/// members of <see cref="ModelOptionKeys.ProviderOptions"/> come last and replace ours of the same name.
/// Format: https://platform.openai.com/docs/api-reference/chat/create
/// </summary>
internal static class RequestBody
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(OpenAICompatibleOptions server, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, ToolNames names)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            var overrides = Extra<JsonObject>(options, ModelOptionKeys.ProviderOptions);
            json.WriteStartObject();
            var body = new RequestMembers(json, overrides);
            body.Text("model", model);
            if (body.Starts("messages")) new RequestMessages(json, names, server).Write(options?.Instructions, messages);
            body.Flag("stream", true);
            if (body.Starts("stream_options"))
            {
                json.WriteStartObject();
                json.WriteBoolean("include_usage"u8, true);
                json.WriteEndObject();
            }
            if (options is not null) WriteOptions(body, json, server, options, names);
            foreach (var (name, value) in overrides ?? [])
            {
                json.WritePropertyName(name);
                if (value is null) json.WriteNullValue();
                else value.WriteTo(json);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void WriteOptions(RequestMembers body, Utf8JsonWriter json, OpenAICompatibleOptions server, ChatOptions options, ToolNames names)
    {
        body.Number("temperature", options.Temperature);
        body.Number("top_p", options.TopP);
        body.Number("top_k", options.TopK);
        body.Number(server.MaxTokensName, options.MaxOutputTokens);
        body.Number("presence_penalty", options.PresencePenalty);
        body.Number("frequency_penalty", options.FrequencyPenalty);
        body.Number("seed", options.Seed);
        if (options.StopSequences is { Count: > 0 } stops && body.Starts("stop"))
        {
            json.WriteStartArray();
            foreach (var stop in stops) json.WriteStringValue(stop);
            json.WriteEndArray();
        }
        body.Text("reasoning_effort", Extra<string>(options, ModelOptionKeys.ReasoningEffort) ?? Effort(options.Reasoning?.Effort));
        body.Text("verbosity", Extra<string>(options, ModelOptionKeys.Verbosity));
        if (options.ResponseFormat is { } format && body.Starts("response_format")) WriteFormat(json, format, Extra<object>(options, "strict") is true);
        RequestTools.Write(body, json, options, names);
        if ((Extra<object>(options, ModelOptionKeys.WebSearch) is true || options.Tools?.Any(tool => tool is HostedWebSearchTool) is true) && body.Starts("web_search_options"))
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, ChatResponseFormat format, bool strict)
    {
        json.WriteStartObject();
        if (format is not ChatResponseFormatJson { Schema: { } schema } shape)
        {
            json.WriteString("type"u8, format is ChatResponseFormatJson ? "json_object"u8 : "text"u8);
        }
        else
        {
            json.WriteString("type"u8, "json_schema"u8);
            json.WriteStartObject("json_schema"u8);
            json.WriteString("name"u8, shape.SchemaName ?? "answer");
            if (shape.SchemaDescription is { } description) json.WriteString("description"u8, description);
            json.WritePropertyName("schema"u8);
            schema.WriteTo(json);
            if (strict) json.WriteBoolean("strict"u8, true);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string? Effort(ReasoningEffort? effort) => effort switch
    {
        null => null,
        ReasoningEffort.ExtraHigh => "xhigh",
        { } level => level.ToString().ToLowerInvariant(),
    };

    private static T? Extra<T>(ChatOptions? options, string key) where T : class =>
        options?.AdditionalProperties?.TryGetValue(key, out var value) is true ? value as T : null;
}
