using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Turns.Json;

/// <summary>Writes the kinds of values that parameters and traces hold.</summary>
public static class JsonValues
{
    /// <summary>Writes text, numbers, booleans, lists of texts, JSON, parameters; anything else as its text.</summary>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case JsonElement element: element.WriteTo(writer); break;
            case JsonNode node: node.WriteTo(writer); break;
            case TurnParameters parameters: JsonSerializer.Serialize(writer, parameters, TurnpikeJson.Relaxed.TurnParameters); break;
            case IEnumerable<string> texts:
                writer.WriteStartArray();
                foreach (var text in texts) writer.WriteStringValue(text);
                writer.WriteEndArray();
                break;
            default: writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
