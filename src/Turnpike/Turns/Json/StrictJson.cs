using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Turnpike.Turns.Json;

/// <summary>Reads JSON that somebody sent so that nothing of it can fail later: no name stands twice in an object, and every text is Unicode, without half an emoji, and nothing is nested deeper than <see cref="ForeignJson.Deepest"/> levels.</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false, MaxDepth = ForeignJson.Deepest }, Often = new() { MaxDepth = ForeignJson.Deepest };

    /// <summary>The value.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="mayRepeat">Whether a name may stand twice.</param>
    /// <exception cref="JsonException">It is no JSON, or not strictly so.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json, bool mayRepeat = false)
    {
        CheckTexts(json.Span); // first, for names are compared as texts
        using var parsed = JsonDocument.Parse(json, mayRepeat ? Often : Once);
        return parsed.RootElement.Clone();
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, bool)"/>
    public static JsonElement Parse(string json, bool mayRepeat = false)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(Encoding.UTF8.GetBytes(json), mayRepeat);
    }

    /// <summary>A value of one of our types. Its texts are Unicode, a word is one of those that there are, and a list of texts holds nothing else.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="type">The type, as it is kept.</param>
    /// <exception cref="JsonException">It is no such value.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        CheckDepth(json);
        return ReadKept(json, type);
    }

    /// <summary>As <see cref="Read"/>, for what was kept and exported: it holds what others wrote some levels deeper.</summary>
    internal static T? ReadKept<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        CheckTexts(json);
        return JsonSerializer.Deserialize(json, Given(type));
    }

    /// <summary>How a type is read from what somebody sent, more strictly than from what was kept: see <see cref="Read"/>.</summary>
    /// <param name="type">The type, as it is kept.</param>
    public static JsonTypeInfo<T> Given<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return GivenJson.Of(type);
    }

    /// <summary>The value, to be changed.</summary>
    /// <exception cref="JsonException">It is no JSON, or not strictly so.</exception>
    public static JsonNode? ParseNode(ReadOnlySpan<byte> json)
    {
        CheckTexts(json);
        return JsonNode.Parse(json, documentOptions: Once);
    }

    /// <summary>The types are read as deep as they are kept, so that the depth is asked before; most JSON has fewer lists and objects in all.</summary>
    private static void CheckDepth(ReadOnlySpan<byte> json)
    {
        if (json.Count((byte)'{') + json.Count((byte)'[') <= ForeignJson.Deepest) return;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ForeignJson.Deepest });
        while (reader.Read())
        {
            // it throws where it gets too deep
        }
    }

    /// <summary>An escape of half a character, or bytes that are none, are only found by reading the texts; most JSON has neither.</summary>
    private static void CheckTexts(ReadOnlySpan<byte> json)
    {
        if (Utf8.IsValid(json) && json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0) return;
        var reader = new Utf8JsonReader(json, JsonElements.Reader);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException error)
            {
                var before = json[..(int)reader.BytesConsumed];
                throw new JsonException("A text is no Unicode: an emoji was cut in half, or its bytes are no UTF-8.", null, before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'), error);
            }
        }
    }
}
