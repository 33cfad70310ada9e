using System.Buffers;

namespace Turnpike.Providers.Http;

/// <summary>
/// Cuts a stream of server-sent events into the data of its events, in place: no copy, no string. Lines may end with LF, CRLF
/// or CR; comments and other fields are passed over; several data lines of one event are joined by LF.
/// Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
/// </summary>
internal sealed class EventStreamReader(Stream stream, int maxEventBytes = EventStreamReader.MaxEventBytes) : IDisposable
{
    /// <summary>The most bytes of one event; more is taken for garbage.</summary>
    public const int MaxEventBytes = 32 * 1024 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int start;      // where the current event begins
    private int line;       // where the current line begins
    private int scanned;    // up to here no line end was found
    private int end;        // behind the last byte read
    private int dataStart = -1;
    private int dataLength;
    private bool skipLineFeed;

    /// <summary>Whether the stream has ended; what <see cref="TryRead"/> then still gives may be cut.</summary>
    public bool Ended { get; private set; }

    /// <summary>Reads more bytes; false at the end of the stream. Throws <see cref="InvalidDataException"/> for an endless event.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        Ended = read == 0;
        return !Ended;
    }

    /// <summary>The data of the next whole event, good until the next call; at the end of the stream also of an unfinished one.</summary>
    public bool TryRead(out ReadOnlySpan<byte> data)
    {
        while (TryReadLine(out var from, out var length))
        {
            if (length > 0)
            {
                TakeLine(from, length);
                if (dataStart < 0) start = line;
                continue;
            }
            if (TakeEvent(out data)) return true;
        }
        if (Ended)
        {
            if (line < end) TakeLine(line, end - line);
            line = scanned = end;
            return TakeEvent(out data);
        }
        data = default;
        return false;
    }

    /// <summary>Everything up to the end of the stream as one event, for a body that is no event stream.</summary>
    public bool TryReadAll(out ReadOnlySpan<byte> data)
    {
        data = buffer.AsSpan(start, end - start);
        if (!Ended || start == end) return false;
        start = line = scanned = end;
        return true;
    }

    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private bool TryReadLine(out int from, out int length)
    {
        (from, length) = (0, 0);
        if (skipLineFeed && line < end)
        {
            skipLineFeed = false;
            if (buffer[line] == '\n') line++;
            scanned = Math.Max(scanned, line);
        }
        var at = buffer.AsSpan(scanned, end - scanned).IndexOfAny((byte)'\n', (byte)'\r');
        if (at < 0)
        {
            scanned = end;
            return false;
        }
        at += scanned;
        (from, length) = (line, at - line);
        skipLineFeed = buffer[at] == '\r';
        line = scanned = at + 1;
        return true;
    }

    private void TakeLine(int from, int length)
    {
        var text = buffer.AsSpan(from, length);
        if (from == 0 && text.StartsWith("\uFEFF"u8))
        {
            (from, length) = (from + 3, length - 3);
            text = text[3..];
        }
        if (!text.StartsWith("data"u8)) return;
        if (length == 4) (from, length) = (from + 4, 0);
        else if (text[4] != ':') return;
        else if (length > 5 && text[5] == ' ') (from, length) = (from + 6, length - 6);
        else (from, length) = (from + 5, length - 5);
        if (dataStart < 0)
        {
            (dataStart, dataLength) = (from, length);
            return;
        }
        // A further data line: its bytes always lie behind the joined ones, so they can move up in place.
        buffer[dataStart + dataLength++] = (byte)'\n';
        buffer.AsSpan(from, length).CopyTo(buffer.AsSpan(dataStart + dataLength));
        dataLength += length;
    }

    private bool TakeEvent(out ReadOnlySpan<byte> data)
    {
        data = dataStart < 0 ? default : buffer.AsSpan(dataStart, dataLength);
        var any = dataLength > 0;
        (start, dataStart, dataLength) = (line, -1, 0);
        return any;
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (line, scanned, end) = (line - start, scanned - start, end - start);
            if (dataStart >= 0) dataStart -= start;
            start = 0;
        }
        if (end < buffer.Length) return;
        if (end >= maxEventBytes) throw new InvalidDataException($"an event of more than {maxEventBytes} bytes");
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
