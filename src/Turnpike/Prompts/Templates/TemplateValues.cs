using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>How templates see values. Only JSON and values of our own have members; CLR objects have none.</summary>
internal static class TemplateValues
{
    public static object? Member(object? value, string name) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Object } json => json.TryGetProperty(name, out var member) ? Plain(member) : null,
        JsonElement { ValueKind: JsonValueKind.Array } json => name == "length" ? json.GetArrayLength() : int.TryParse(name, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < json.GetArrayLength() ? Plain(json[index]) : null,
        string text when name == "length" => text.Length,
        IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(name),
        _ => null,
    };

    public static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => value,
    };

    /// <summary>What <c>if</c> takes for yes: not nothing, false, zero, an empty text or an empty list.</summary>
    public static bool IsTruthy(object? value) => value switch
    {
        null or false or "" or 0 or 0.0 => false,
        double.NaN => false,
        JsonElement { ValueKind: JsonValueKind.Number } number => number.TryGetDouble(out var parsed) && parsed != 0,
        JsonElement { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() > 0,
        _ => true,
    };

    /// <summary>Equal without conversion: 1 is not "1", but 1 and 1.0 are equal.</summary>
    public static bool AreEqual(object? a, object? b)
    {
        if (Number(a) is { } x && Number(b) is { } y) return x == y;
        return a is JsonElement left && b is JsonElement right ? JsonElement.DeepEquals(left, right) : Equals(a, b);
    }

    /// <summary>A value as text: nothing for null; numbers in their shortest form; lists joined by commas; null when it is an object, which has no text.</summary>
    public static string? Text(object? value)
    {
        switch (value)
        {
            case null: return "";
            case string text: return text;
            case true: return "true";
            case false: return "false";
            case int number: return number.ToString(CultureInfo.InvariantCulture);
            case long number: return number.ToString(CultureInfo.InvariantCulture);
            case double number: return number.ToString("R", CultureInfo.InvariantCulture);
            case JsonElement { ValueKind: JsonValueKind.Number } number: return NumberText(number);
            case JsonElement { ValueKind: JsonValueKind.Array } list:
                var joined = new StringBuilder();
                var first = true;
                foreach (var item in list.EnumerateArray())
                {
                    if (!first) joined.Append(',');
                    first = false;
                    if (Text(Plain(item)) is not { } part) return null;
                    joined.Append(part);
                }
                return joined.ToString();
            case JsonElement { ValueKind: not JsonValueKind.Object } other: return Text(Plain(other));
            default: return null;
        }
    }

    /// <summary>A value as JSON: order kept, nothing escaped that JSON does not ask for.</summary>
    public static string Json(object? value, int indent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = indent > 0, IndentSize = Math.Clamp(indent, 0, 16), NewLine = "\n" })) Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (name, member) in map)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }
                writer.WriteEndObject();
                break;
            case MediaValue media: writer.WriteStringValue(media.Url); break;
            case MessagesValue messages: messages.Json.WriteTo(writer); break;
            default: Turns.Json.JsonValues.Write(writer, value); break;
        }
    }

    private static string NumberText(JsonElement number)
    {
        if (number.TryGetInt64(out var whole)) return whole.ToString(CultureInfo.InvariantCulture);
        return number.TryGetDecimal(out var exact) ? exact.ToString("0.#############################", CultureInfo.InvariantCulture) : number.GetDouble().ToString("R", CultureInfo.InvariantCulture);
    }

    private static double? Number(object? value) => value switch
    {
        int number => number,
        long number => number,
        double number => number,
        JsonElement { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        _ => null,
    };
}
