using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace Turnpike.Turns.Files;

/// <summary>What a text is kept under, without a copy of it: the SHA-256 of its UTF-8, and how many bytes that has.</summary>
internal static class TextHash
{
    private const int Piece = 1 << 14;
    private const int Large = 4096;

    /// <summary>What large texts were measured as, for as long as they live: a resource bound to a prompt is the same text in each turn.</summary>
    private static readonly ConditionalWeakTable<string, Measure> Known = [];

    public static (string Hash, long Size) Of(string text)
    {
        if (text.Length < Large) return Measured(text);
        var known = Known.GetValue(text, static one => new(Measured(one)));
        return known.Value;
    }

    private static (string Hash, long Size) Measured(string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = ArrayPool<byte>.Shared.Rent(Piece);
        var left = text.AsSpan();
        var size = 0L;
        while (left.Length > 0)
        {
            Utf8.FromUtf16(left, bytes, out var read, out var written); // a half of a character becomes U+FFFD, as everywhere
            hash.AppendData(bytes, 0, written);
            left = left[read..];
            size += written;
        }
        ArrayPool<byte>.Shared.Return(bytes);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    private sealed record Measure((string Hash, long Size) Value);
}
