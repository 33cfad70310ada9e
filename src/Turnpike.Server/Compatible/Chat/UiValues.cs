using System.Text.Json;

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

    public static void WriteOutput(Utf8JsonWriter writer, JsonElement? output)
    {
        if (output is { } value) value.WriteTo(writer);
        else writer.WriteNullValue();
    }
}
