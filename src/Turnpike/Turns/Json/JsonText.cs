using System.Buffers;
using System.Text;

namespace Turnpike.Turns.Json;

/// <summary>Writes text as the inside of a JSON string, in UTF-8: only quotes, backslashes and control characters are escaped, halves of surrogate pairs become U+FFFD.</summary>
public static class JsonText
{
    private const int Chunk = 1024;
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '"', '\\']);

    /// <summary>The most bytes that a text of this many UTF-16 units becomes.</summary>
    public static int MaxBytes(int length) => length * 6;

    /// <summary>Writes a text of any length, without the quotes around it.</summary>
    public static void Write(IBufferWriter<byte> to, ReadOnlySpan<char> text)
    {
        ArgumentNullException.ThrowIfNull(to);
        while (text.Length > 0)
        {
            var length = Math.Min(Chunk, text.Length);
            if (length < text.Length && char.IsHighSurrogate(text[length - 1])) length--;
            to.Advance(Write(to.GetSpan(MaxBytes(length)), text[..length]));
            text = text[length..];
        }
    }

    /// <summary>Writes a text, without the quotes around it; returns the number of bytes.</summary>
    /// <param name="to">At least <see cref="MaxBytes"/> bytes.</param>
    /// <param name="text">The text.</param>
    public static int Write(Span<byte> to, ReadOnlySpan<char> text)
    {
        var written = 0;
        while (true)
        {
            var clean = text.IndexOfAny(Escaped);
            if (clean < 0) return written + Encoding.UTF8.GetBytes(text, to[written..]);
            written += Encoding.UTF8.GetBytes(text[..clean], to[written..]);
            written += Escape(to[written..], text[clean]);
            text = text[(clean + 1)..];
        }
    }

    private static int Escape(Span<byte> to, char unit)
    {
        to[0] = (byte)'\\';
        to[1] = unit switch { '"' => (byte)'"', '\\' => (byte)'\\', '\n' => (byte)'n', '\r' => (byte)'r', '\t' => (byte)'t', _ => (byte)'u' };
        if (to[1] != (byte)'u') return 2;
        to[2] = to[3] = (byte)'0';
        to[4] = (byte)('0' + (unit >> 4));
        to[5] = "0123456789abcdef"u8[unit & 15];
        return 6;
    }
}
