using System.IO.Compression;

namespace Turnpike.Storage.Stores;

/// <summary>JSON as it is kept in large columns: as it is when it is short, else compressed behind a byte that no JSON begins with.</summary>
internal static class Packed
{
    private const int Short = 4096;
    private const byte Brotli = 0xb1;

    public static byte[] Pack(ReadOnlySpan<byte> json)
    {
        if (json.Length <= Short) return json.ToArray();
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length) + 1];
        packed[0] = Brotli;
        return BrotliEncoder.TryCompress(json, packed.AsSpan(1), out var written, quality: 1, window: 22) ? packed[..(written + 1)] : json.ToArray();
    }

    public static ReadOnlyMemory<byte> Unpack(byte[] kept)
    {
        if (kept is not [Brotli, ..]) return kept;
        using var packed = new BrotliStream(new MemoryStream(kept, 1, kept.Length - 1), CompressionMode.Decompress);
        var json = new MemoryStream();
        packed.CopyTo(json);
        return json.GetBuffer().AsMemory(0, (int)json.Length);
    }
}
