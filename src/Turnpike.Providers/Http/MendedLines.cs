using Turnpike.Turns.Json;

namespace Turnpike.Providers.Http;

/// <summary>Lines with JSON in them, each whole, and with U+FFFD in place of halves of characters, over which a reader of JSON breaks. An event that is longer than <see cref="EventStreamReader.MaxEventBytes"/> is an <see cref="InvalidDataException"/>.</summary>
/// <param name="source">Where they come from; disposed with this.</param>
internal sealed class MendedLines(Stream source) : ReadingStream
{
    private byte[] held = new byte[16 << 10];
    private int start;
    private int end;
    private ReadOnlyMemory<byte> ready;
    private bool ended;
    private long sinceBlank;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (ready.IsEmpty && !ended)
        {
            var lines = held.AsSpan(start..end).LastIndexOf((byte)'\n') + 1;
            if (lines == 0) await FillAsync(cancellationToken);
            else
            {
                Count(held.AsSpan(start, lines));
                (ready, start) = (ForeignJson.Readable(held.AsMemory(start, lines)), start + lines);
            }
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

    /// <summary>The lines of one event count together; an empty one ends it.</summary>
    private void Count(ReadOnlySpan<byte> lines)
    {
        var blank = Math.Max(lines.LastIndexOf("\n\n"u8), lines.LastIndexOf("\n\r\n"u8));
        sinceBlank = blank < 0 ? sinceBlank + lines.Length : lines.Length - blank;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        held.AsSpan(start..end).CopyTo(held);
        (start, end) = (0, end - start);
        if (sinceBlank + end > EventStreamReader.MaxEventBytes) throw new InvalidDataException($"an event of more than {EventStreamReader.MaxEventBytes} bytes");
        if (end == held.Length) Array.Resize(ref held, held.Length * 2);
        var read = await source.ReadAsync(held.AsMemory(end), cancellationToken);
        end += read;
        if (read > 0) return;
        (ready, ended) = (ForeignJson.Readable(held.AsMemory(0, end)), true);
    }
}
