namespace Turnpike.Storage.Files;

/// <summary>Bytes that are kept in pieces, of which one at a time is in memory. Between two of them nothing is held: whoever reads may take their time.</summary>
/// <param name="size">How many bytes there are.</param>
/// <param name="pieceBytes">The bytes of each piece but the last.</param>
/// <param name="read">Reads a piece by its place, from 0; null: it is gone.</param>
internal sealed class PieceStream(long size, int pieceBytes, Func<long, CancellationToken, Task<byte[]?>> read) : Stream
{
    private (long Place, byte[] Bytes) _piece = (-1, []);
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= size || buffer.Length == 0) return 0;
        var (place, within) = Math.DivRem(_position, pieceBytes);
        if (_piece.Place != place) _piece = (place, await PieceAsync(place, cancellationToken));
        var taken = _piece.Bytes.AsMemory((int)within);
        if (taken.Length > buffer.Length) taken = taken[..buffer.Length];
        taken.CopyTo(buffer);
        _position += taken.Length;
        return taken.Length;
    }

    private async Task<byte[]> PieceAsync(long place, CancellationToken cancellationToken) =>
        await read(place, cancellationToken) is { } bytes && bytes.Length == Math.Min(pieceBytes, size - (place * pieceBytes)) ? bytes : throw new IOException("The bytes were taken away while they were read.");

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Task.Run(() => ReadAsync(buffer.AsMemory(offset, count)).AsTask()).GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => size };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
