using Turnpike.Storage.Files;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Bytes that are kept in pieces, of which one is in memory.</summary>
public sealed class PiecesOfBytes
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_than_an_array_can_hold_is_read_a_piece_at_a_time()
    {
        const long size = (3L << 30) + 5;
        var asked = new List<long>();
        await using var stream = new PieceStream(size, 1 << 20, (place, _) =>
        {
            asked.Add(place);
            return Task.FromResult<byte[]?>(new byte[Math.Min(1 << 20, size - (place << 20))]);
        });
        Assert.Equal(size, stream.Length);
        stream.Seek(-8, SeekOrigin.End);
        Assert.Equal(8, await stream.ReadAtLeastAsync(new byte[20], 20, throwOnEndOfStream: false, Cancellation));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));
        Assert.Equal([3071, 3072], asked);
        stream.Position = 1;
        Assert.Equal(3, stream.Read(new byte[3]));
        Assert.Equal([3071, 3072, 0], asked);
    }

    [Fact]
    public async Task A_piece_that_goes_while_they_are_read_is_a_fault_and_no_end()
    {
        await using var stream = new PieceStream(2 << 20, 1 << 20, (place, _) => Task.FromResult(place == 0 ? new byte[1 << 20] : null));
        await Assert.ThrowsAsync<IOException>(() => stream.CopyToAsync(Stream.Null, Cancellation));
    }
}
