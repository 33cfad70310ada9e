using Turnpike.Turns.Json;

namespace Turnpike.Providers.Http;

/// <summary>Lines with JSON in them, each whole, and with U+FFFD in place of halves of characters, over which a reader of JSON breaks.</summary>
/// <param name="source">Where they come from; disposed with this.</param>
internal sealed class MendedLines(Stream source) : ReadingStream
{
    private byte[] held = new byte[16 << 10];
    private int start;
    private int end;
    private ReadOnlyMemory<byte> ready;
    private bool ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (ready.IsEmpty && !ended)
        {
            var lines = held.AsSpan(start..end).LastIndexOf((byte)'\n') + 1;
            if (lines == 0) await FillAsync(cancellationToken);
            else (ready, start) = (ForeignJson.Readable(held.AsMemory(start, lines)), start + lines);
        }
        var count = Math.Min(buffer.Length, ready.Length);
        ready[..count].CopyTo(buffer);
        ready = ready[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        held.AsSpan(start..end).CopyTo(held);
        (start, end) = (0, end - start);
        if (end == held.Length) Array.Resize(ref held, held.Length * 2);
        var read = await source.ReadAsync(held.AsMemory(end), cancellationToken);
        end += read;
        if (read > 0) return;
        (ready, ended) = (ForeignJson.Readable(held.AsMemory(0, end)), true);
    }
}
