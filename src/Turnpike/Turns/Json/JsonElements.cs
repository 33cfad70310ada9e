using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Turnpike.Turns.Json;

/// <summary>Makes and looks at JSON values without reflection.</summary>
internal static class JsonElements
{
    /// <summary>The deepest level of what is ours: JSON from elsewhere (<see cref="ForeignJson.Deepest"/>) stands inside of it.</summary>
    public const int Deepest = 256;

    /// <summary>How JSON is parsed that is ours.</summary>
    public static JsonDocumentOptions Kept { get; } = new() { MaxDepth = Deepest };

    /// <summary>How values of ours are read.</summary>
    public static JsonReaderOptions Reader { get; } = new() { MaxDepth = Deepest };

    public static JsonElement Null { get; } = JsonElement.Parse("null"u8);
    public static JsonElement True { get; } = JsonElement.Parse("true"u8);
    public static JsonElement False { get; } = JsonElement.Parse("false"u8);

    /// <summary>A text; halves of surrogate pairs become U+FFFD.</summary>
    public static JsonElement Of(string text) => JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String);

    public static JsonElement Of(long number) => JsonSerializer.SerializeToElement(number, TurnpikeJson.Relaxed.Int64);

    public static JsonElement Of(bool truth) => truth ? True : False;

    /// <summary>What <see cref="JsonValues.Write"/> writes, as a value.</summary>
    public static JsonElement Of(object? value) => Written(value, static (writer, value) => JsonValues.Write(writer, value));

    /// <summary>The value that a method writes.</summary>
    public static JsonElement Written<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, TurnpikeJson.Writer)) write(writer, state);
        return JsonElement.Parse(buffer.WrittenSpan, Kept);
    }

    /// <summary>The value that a JSON text says; false when it is not JSON, names a member twice, or nests deeper than <see cref="ForeignJson.Deepest"/>.</summary>
    public static bool TryParse(string text, out JsonElement value)
    {
        try
        {
            value = JsonElement.Parse(text, new() { AllowDuplicateProperties = false, MaxDepth = ForeignJson.Deepest });
            return true;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            value = Null;
            return false;
        }
    }

    /// <summary>Whether a value is nested deeper than so many levels; one that is no list and no object has none.</summary>
    public static bool IsDeeper(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Array => levels == 0 || value.EnumerateArray().Any(item => IsDeeper(item, levels - 1)),
        JsonValueKind.Object => levels == 0 || value.EnumerateObject().Any(member => IsDeeper(member.Value, levels - 1)),
        _ => false,
    };

    /// <summary>The value with each name once in its objects: of members that have the same one the last counts.</summary>
    public static JsonElement Once(JsonElement value) => IsOnce(value) ? value : Written(value, WriteOnce);

    private static bool IsOnce(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().All(IsOnce),
        JsonValueKind.Object => new HashSet<string>(StringComparer.Ordinal) is var names && value.EnumerateObject().All(member => names.Add(member.Name) && IsOnce(member.Value)),
        _ => true,
    };

    private static void WriteOnce(Utf8JsonWriter writer, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray()) WriteOnce(writer, item);
            writer.WriteEndArray();
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            var last = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var member in value.EnumerateObject()) last[member.Name] = member.Value;
            writer.WriteStartObject();
            foreach (var (name, member) in last)
            {
                writer.WritePropertyName(name);
                WriteOnce(writer, member);
            }
            writer.WriteEndObject();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    /// <summary>Whether two values are the same stretch of the same document.</summary>
    public static bool AreOne(JsonElement a, JsonElement b) => JsonMarshal.GetRawUtf8Value(a) == JsonMarshal.GetRawUtf8Value(b);

    /// <summary>Whether every text in it can be read: valid UTF-8, and no escape of half a surrogate pair. A parser accepts both and breaks when the text is read.</summary>
    public static bool IsReadable(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object)) return true;
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (!Utf8.IsValid(raw)) return false;
        if (raw.IndexOf("\\ud"u8) < 0 && raw.IndexOf("\\uD"u8) < 0) return true;
        try
        {
            Read(value);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) _ = value.GetString();
        else if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Read(item);
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                _ = member.Name;
                Read(member.Value);
            }
        }
    }
}
