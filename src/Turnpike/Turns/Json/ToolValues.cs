using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Json;

/// <summary>Arguments and results of tool calls: always JSON, with the model's own words kept where they are not.</summary>
public static class ToolValues
{
    private const string ErrorKey = "turnpike.error";
    private const string UnreadWords = "{… (cut off)";
    private const string RawKey = "turnpike.rawArguments";

    /// <summary>A call whose arguments are a JSON object, or, when the model wrote something else, that text.</summary>
    public static FunctionCallContent Call(string callId, string name, JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.Object) return new(callId, name) { AdditionalProperties = new() { [RawKey] = arguments.ValueKind == JsonValueKind.String ? arguments.GetString() : arguments.GetRawText() } };
        var members = new Dictionary<string, object?>();
        foreach (var member in arguments.EnumerateObject()) members[member.Name] = member.Value.Clone(); // a model may say a name twice; the last counts
        return new(callId, name, members);
    }

    /// <summary>A call whose arguments could not be read: where nobody kept the model's words, it gets words that are no JSON, so that nobody takes it for a call without arguments.</summary>
    internal static FunctionCallContent Unread(FunctionCallContent call) =>
        string.IsNullOrWhiteSpace(Raw(call)) ? new(call.CallId, call.Name) { AdditionalProperties = new(call.AdditionalProperties ?? []) { [RawKey] = UnreadWords } } : call;

    /// <summary>A call as it can be kept: every text readable, and arguments that are nested deeper than <see cref="ForeignJson.Deepest"/> levels, or cannot be written at all, as words.</summary>
    internal static FunctionCallContent Keepable(FunctionCallContent call)
    {
        if (call.Arguments is not { Count: > 0 } given || Raw(call) is not null || given.Values.All(IsKeepable)) return call;
        try
        {
            var readable = new FunctionCallContent(call.CallId, call.Name, given.ToDictionary(one => one.Key, one => one.Value is JsonElement value ? ForeignJson.Readable(value) : one.Value));
            var text = ArgumentsText(readable);
            return ForeignJson.Parse(text) is { } arguments ? Call(call.CallId, call.Name, arguments) : Unread(new(call.CallId, call.Name) { AdditionalProperties = new() { [RawKey] = text } });
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            return Unread(new(call.CallId, call.Name));
        }
    }

    private static bool IsKeepable(object? value) => value is null or string or bool or int or long or double or decimal || (value is JsonElement element && !JsonElements.IsDeeper(element, ForeignJson.Deepest - 1) && JsonElements.IsReadable(element));

    /// <summary>A tool's own JSON as it can be kept: every text readable, and what is nested deeper than <see cref="ForeignJson.Deepest"/> levels as its text.</summary>
    internal static object? KeepableResult(object? result)
    {
        var value = result switch
        {
            JsonElement element => element,
            JsonDocument document => document.RootElement,
            JsonNode node => Element(node),
            _ => (JsonElement?)null,
        };
        if (value is not { } json) return result;
        json = ForeignJson.Readable(json);
        return JsonElements.IsDeeper(json, ForeignJson.Deepest) ? json.GetRawText() : json;
    }

    /// <summary>An error result, as it is told to the model.</summary>
    public static FunctionResultContent Error(string callId, string message) => new(callId, message) { AdditionalProperties = new() { [ErrorKey] = true } };

    /// <summary>Whether a result tells of an error.</summary>
    public static bool IsError(FunctionResultContent result) => result.AdditionalProperties?.ContainsKey(ErrorKey) == true || result.Exception is not null;

    /// <summary>The arguments as JSON text, as the model wrote them or as an object.</summary>
    public static string ArgumentsText(FunctionCallContent call)
    {
        if (Raw(call) is { } raw) return raw;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, TurnpikeJson.Writer)) WriteArguments(writer, call);
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The text that the model wrote as arguments when it is not a JSON object; null otherwise.</summary>
    public static string? Raw(FunctionCallContent call) => call.AdditionalProperties?.TryGetValue(RawKey, out var raw) == true ? raw as string : null;

    internal static void WriteArguments(Utf8JsonWriter writer, FunctionCallContent call)
    {
        if (Raw(call) is { } raw)
        {
            writer.WriteStringValue(raw);
            return;
        }
        writer.WriteStartObject();
        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>())
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes what a tool answered: JSON as it is, texts and media as a list of message parts, other objects as JSON.</summary>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        if (ToolParts.Of(value) is { } parts) ToolParts.Write(writer, parts);
        else if (value is JsonDocument document) document.RootElement.WriteTo(writer);
        else if (value is null or string or bool or int or long or double or decimal or JsonElement or JsonNode) JsonValues.Write(writer, value);
        else JsonSerializer.Serialize(writer, value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType()));
    }

    /// <summary>What a tool answered, as JSON.</summary>
    public static JsonElement Element(object? value)
    {
        if (value is JsonElement element) return element;
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, TurnpikeJson.Writer)) Write(writer, value);
        using var parsed = JsonDocument.Parse(buffer.WrittenMemory, JsonElements.Kept);
        return parsed.RootElement.Clone();
    }
}
