using System.Buffers;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace Turnpike.Turns.Files;

/// <summary>What a text is kept under, without a copy of it: the SHA-256 of its UTF-8, and how many bytes that has.</summary>
internal static class TextHash
{
    private const int Piece = 1 << 14;

    public static (string Hash, long Size) Of(string text)
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
}
