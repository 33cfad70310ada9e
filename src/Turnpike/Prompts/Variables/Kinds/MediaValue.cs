using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>
/// Images and files: an http(s) URL, a data: URL (an image's in Base64, of type <c>image/…</c>), or the id of an uploaded file; also as <c>{url, detail?, name?}</c>, with how closely a model
/// looks at it and what it is called.
/// </summary>
internal static class MediaValue
{
    private const int LongestUrl = 8192;
    private const int LongestWord = 200;

    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && definition.Type == type) return Described(definition, type, value);
        if (value.ValueKind != JsonValueKind.String) return VariableCheck.Fault(definition, type, value);
        var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1]; // a data: URL may be large; it is not copied unless it holds escapes
        var bytes = raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(value.GetString()!) : raw;
        var trimmed = Trim(bytes);
        if (!(IsData(trimmed, type == VariableType.Image) || IsReference(trimmed))) return VariableCheck.Fault(definition, type, value);
        return new(trimmed.Length == bytes.Length ? value : JsonElements.Of(Encoding.UTF8.GetString(trimmed)));
    }

    /// <summary>What a coerced value says: where the image or file is, how closely a model looks at it, what it is called.</summary>
    public static (string Url, string? Detail, string? Name)? Of(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return (value.GetString()!, null, null);
        string? Member(string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        return Member("url") is { } url ? (url, Member("detail"), Member("name")) : null;
    }

    /// <summary>An object with nothing but texts, of which one is the address. Beside a secret address nothing is kept: what is secret is hidden wherever it stands, and "low" stands everywhere.</summary>
    private static CoercedValue Described(VariableDefinition definition, VariableType type, JsonElement value)
    {
        if (!value.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.String && (member.NameEquals("url") || (member.Name is "detail" or "name" && member.Value.GetString() is { Length: > 0 and <= LongestWord })))) return VariableCheck.Fault(definition, type, value);
        if (!value.TryGetProperty("url", out var url) || Coerce(definition, type, url) is not { Fits: true } coerced) return VariableCheck.Fault(definition, type, value);
        if (definition.Secret) return coerced;
        return new(JsonElements.Written((value, coerced.Value), static (writer, given) =>
        {
            writer.WriteStartObject();
            foreach (var member in given.value.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                (member.NameEquals("url") ? given.Value : member.Value).WriteTo(writer);
            }
            writer.WriteEndObject();
        }));
    }

    private static bool IsReference(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > LongestUrl) return false;
        var text = Encoding.UTF8.GetString(bytes);
        if (text.StartsWith("file_", StringComparison.Ordinal)) return text.Length is > 5 and <= 128 && text.AsSpan(5).IndexOfAnyExcept(Letters) < 0;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0;
    }

    private static bool IsData(ReadOnlySpan<byte> bytes, bool image)
    {
        if (bytes.Length < 6 || !Ascii.EqualsIgnoreCase(bytes[..5], "data:"u8)) return false;
        var comma = bytes.IndexOf((byte)',');
        if (comma is < 0 or > 300) return false;
        var head = bytes[5..comma];
        var isBase64 = head.Length >= 7 && Ascii.EqualsIgnoreCase(head[^7..], ";base64"u8);
        if (isBase64 && (!Base64.IsValid(bytes[(comma + 1)..], out var length) || length == 0)) return false;
        return !image || (head.Length > 6 && Ascii.EqualsIgnoreCase(head[..6], "image/"u8) && isBase64);
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r\n"u8);

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");
}
