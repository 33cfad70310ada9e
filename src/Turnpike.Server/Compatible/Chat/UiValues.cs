using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>Inputs and outputs of tools as UI messages hold them.</summary>
internal static class UiValues
{
    /// <summary>What is told of an input that is no JSON.</summary>
    public const string NoInput = "The model's input is not JSON.";

    /// <summary>The input as JSON; null when the model wrote something else.</summary>
    public static JsonElement? Input(string arguments) => ForeignJson.Parse(arguments.Length == 0 ? "{}" : arguments);

    /// <summary>What a tool asks; once for a call: what it asks last takes the place of what it asked before.</summary>
    public static void WriteQuestions(Utf8JsonWriter writer, ToolInput input, bool isAnswered = false)
    {
        writer.WriteString("id"u8, "input_" + input.CallId);
        writer.WriteStartObject("data"u8);
        writer.WriteString("toolCallId"u8, input.CallId);
        writer.WritePropertyName("questions"u8);
        JsonSerializer.Serialize(writer, input.Input.Questions, TurnpikeJson.Relaxed.IReadOnlyDictionaryStringInputQuestion);
        if (isAnswered) writer.WriteBoolean("answered"u8, true);
        writer.WriteEndObject();
    }

    /// <summary>What a tool answered: the JSON value if it is one, else the text; texts and media as <c>{content: parts}</c>. What the client itself answered is what it gave.</summary>
    public static void WriteOutput(Utf8JsonWriter writer, ToolResult result)
    {
        if (result.Result is not { } value)
        {
            writer.WriteNullValue();
        }
        else if (result.Parts)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("content"u8);
            value.WriteTo(writer);
            writer.WriteEndObject();
        }
        else if (value.ValueKind == JsonValueKind.String && result.By != "client" && ForeignJson.Parse(value.GetString()!) is { } parsed)
        {
            parsed.WriteTo(writer);
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    /// <inheritdoc cref="WriteOutput"/>
    public static JsonNode? Output(ToolResult result)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) WriteOutput(writer, result);
        return JsonNode.Parse(json.ToArray());
    }

    /// <summary>The answer to a request for approval, behind its id.</summary>
    public static void WriteDecision(Utf8JsonWriter writer, ToolResult result)
    {
        writer.WriteBoolean("approved"u8, !result.Denied);
        if (result is { Denied: true, Reason: { } reason }) writer.WriteString("reason"u8, reason);
    }
}
