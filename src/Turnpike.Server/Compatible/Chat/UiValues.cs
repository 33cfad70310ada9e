using System.Text.Json;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>Inputs and outputs of tools as UI messages hold them.</summary>
internal static class UiValues
{
    /// <summary>The input as JSON; null when the model wrote something else.</summary>
    public static JsonElement? Input(string arguments)
    {
        try
        {
            using var parsed = JsonDocument.Parse(arguments.Length == 0 ? "{}" : arguments);
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

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

    public static void WriteOutput(Utf8JsonWriter writer, JsonElement? output)
    {
        if (output is { } value) value.WriteTo(writer);
        else writer.WriteNullValue();
    }
}
