using System.Text;
using Turnpike.Turns.Files;

namespace Turnpike.Messages.Resources;

/// <summary>Text from bytes: plain text, Markdown, JSON and CSV as they are, and HTML as people read it where that is asked for.</summary>
internal static class ResourceText
{
    /// <summary>The text of bytes; null when they are none.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes, string? mediaType)
    {
        var type = FileTypes.Plain(mediaType) ?? FileTypes.Sniff(bytes[..Math.Min(bytes.Length, 4096)]);
        if (!FileTypes.IsTextType(type)) return null;
        return Decoded(bytes, mediaType);
    }

    /// <summary>The text of bytes as it is read, HTML without its markup but with its title; null when they are none.</summary>
    public static (string Text, string? Title)? Readable(ReadOnlySpan<byte> bytes, string? mediaType) => Of(bytes, mediaType) is not { } text ? null
        : (FileTypes.Plain(mediaType) ?? FileTypes.Sniff(bytes[..Math.Min(bytes.Length, 4096)])) is "text/html" or "application/xhtml+xml" ? ReadableHtml.Of(text) : (text, null);

    private static string Decoded(ReadOnlySpan<byte> bytes, string? mediaType)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) return Encoding.UTF8.GetString(bytes[3..]);
        if (bytes.StartsWith(Encoding.Unicode.Preamble)) return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith(Encoding.BigEndianUnicode.Preamble)) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        return CharSet(mediaType) is { } named ? named.GetString(bytes) : Encoding.UTF8.GetString(bytes);
    }

    private static Encoding? CharSet(string? mediaType)
    {
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(mediaType, out var parsed) || parsed.CharSet is not { Length: > 0 } name) return null;
        try
        {
            return Encoding.GetEncoding(name.Trim('"'));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
