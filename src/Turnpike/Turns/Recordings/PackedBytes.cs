using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Turnpike.Turns.Recordings;

/// <summary>Bytes as recordings keep them: Brotli, which gets event streams down to a small part.</summary>
public static class PackedBytes
{
    private const int Quality = 4;
    private const int Window = 22;

    /// <summary>Compresses.</summary>
    public static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> bytes)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, packed, out var written, Quality, Window) ? packed[..written] : throw new InvalidOperationException("The room for compressed bytes was too small.");
    }

    /// <summary>The bytes again.</summary>
    /// <exception cref="InvalidDataException">They are not what <see cref="Pack"/> made.</exception>
    public static byte[] Unpack(ReadOnlyMemory<byte> packed)
    {
        var kept = MemoryMarshal.TryGetArray(packed, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count) : new MemoryStream(packed.ToArray());
        using var reading = new BrotliStream(kept, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        reading.CopyTo(bytes);
        return bytes.ToArray();
    }
}
