using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Turnpike.Prompts.Variables;

namespace Turnpike.Turns.Json;

/// <summary>
/// JSON that others wrote: models, tools, providers, other programs. It goes inside of JSON of ours, so it may not be nested as deep as that; and some cut texts in the middle of a character and
/// write the half that is left as an escape, which is JSON but no text (RFC 8259, 8.2): such a half becomes U+FFFD.
/// </summary>
public static class ForeignJson
{
    /// <summary>The deepest level of JSON from elsewhere, 48: what is kept of it stands some levels deeper inside of ours.</summary>
    public const int Deepest = 48;

    private const int Escape = 6; // bytes of \u0000
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Deepest };

    /// <summary>Whether two values say the same: members in any order, numbers by their value. The platform's own comparison throws on numbers with very large exponents, which JSON has.</summary>
    public static bool AreSame(JsonElement a, JsonElement b) => JsonEquality.Instance.Equals(a, b);

    /// <inheritdoc cref="AreSame(JsonElement, JsonElement)"/>
    public static bool AreSame(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(member => y.TryGetPropertyValue(member.Key, out var other) && AreSame(member.Value, other)),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(pair => AreSame(pair.First, pair.Second)),
        (JsonValue x, JsonValue y) => AreSame(Element(x), Element(y)),
        _ => false,
    };

    private static JsonElement Element(JsonValue value) => value.TryGetValue<JsonElement>(out var element) ? element : JsonElement.Parse(value.ToJsonString());

    /// <summary>The value that a text says, every text in it readable; null when it is no JSON, or nested deeper than <see cref="Deepest"/> levels.</summary>
    /// <param name="text">The text.</param>
    public static JsonElement? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(Encoding.UTF8.GetBytes(text));
    }

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="json">UTF-8; bytes that are none become U+FFFD.</param>
    public static JsonElement? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return Readable(JsonElement.Parse(json, Options));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The value with every text in it readable.</summary>
    /// <param name="value">The value, however deep.</param>
    public static JsonElement Readable(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object)) return value;
        var json = JsonMarshal.GetRawUtf8Value(value);
        if (Utf8.IsValid(json) && Half(json, 0) < 0) return value;
        return JsonElement.Parse(Mended(json), JsonElements.Kept);
    }

    /// <summary>The same bytes with U+FFFD in place of halves of characters.</summary>
    /// <param name="json">JSON, or lines with JSON in them.</param>
    internal static byte[] Mended(ReadOnlySpan<byte> json)
    {
        var whole = Utf8.IsValid(json) ? json.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        for (var at = Half(whole, 0); at >= 0; at = Half(whole, at + Escape)) "fffd"u8.CopyTo(whole.AsSpan(at + 2));
        return whole;
    }

    /// <summary>The message with every text in it readable: the same one where that is so.</summary>
    /// <param name="json">JSON, or a line with JSON in it: UTF-8.</param>
    public static ReadOnlyMemory<byte> Readable(ReadOnlyMemory<byte> json) => Half(json.Span, 0) < 0 ? json : Mended(json.Span);

    /// <summary>Where the next escape stands that is half of a character; -1 when there is none.</summary>
    private static int Half(ReadOnlySpan<byte> json, int from)
    {
        for (var at = Next(json, from); at >= 0; at = Next(json, at))
        {
            if (at + Escape > json.Length || json[at + 1] != (byte)'u')
            {
                at = Math.Min(at + 2, json.Length);
                continue;
            }
            var unit = Unit(json, at);
            if (char.IsLowSurrogate(unit)) return at;
            if (!char.IsHighSurrogate(unit)) at += Escape;
            else if (at + 2 * Escape <= json.Length && json[at + Escape] == (byte)'\\' && json[at + Escape + 1] == (byte)'u' && char.IsLowSurrogate(Unit(json, at + Escape))) at += 2 * Escape;
            else return at;
        }
        return -1;
    }

    private static int Next(ReadOnlySpan<byte> json, int from) => from < json.Length && json[from..].IndexOf((byte)'\\') is var next and >= 0 ? from + next : -1;

    private static char Unit(ReadOnlySpan<byte> json, int at) => Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out _, 'x') ? (char)unit : '\0';
}
