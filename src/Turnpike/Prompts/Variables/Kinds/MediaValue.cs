using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>Images and files: an http(s) URL, a data: URL (an image's in Base64, of type <c>image/…</c>), or the id of an uploaded file.</summary>
internal static class MediaValue
{
    private const int LongestUrl = 8192;

    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return VariableCheck.Fault(definition, type, value);
        var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1]; // a data: URL may be large; it is not copied unless it holds escapes
        var bytes = raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(value.GetString()!) : raw;
        var trimmed = Trim(bytes);
        if (!(IsData(trimmed, type == VariableType.Image) || IsReference(trimmed))) return VariableCheck.Fault(definition, type, value);
        return new(trimmed.Length == bytes.Length ? value : JsonElements.Of(Encoding.UTF8.GetString(trimmed)));
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
