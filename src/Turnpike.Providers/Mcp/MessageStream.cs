namespace Turnpike.Providers.Mcp;

/// <summary>What a stream of messages is made of.</summary>
internal enum MessageFraming
{
    /// <summary>One message.</summary>
    Whole,
    /// <summary>A message a line.</summary>
    Lines,
    /// <summary>Events as browsers read them: their messages stand behind <c>data:</c>.</summary>
    Events,
}

/// <summary>
/// Reads messages of a tool server: of each no more than it may be long, and none that is nested deeper than its reader takes. When one is longer, what the
/// messages come from is closed at once: whoever writes must not be left writing to nobody.
/// </summary>
internal sealed class MessageStream(Stream source, int mostBytes, MessageFraming parts) : Stream
{
    private const int Chunk = 16 << 10;
    private byte[] _held = new byte[Chunk];
    private int _start;
    private int _end;
    private int _looked;
    private ReadOnlyMemory<byte> _ready;
    private long _sinceBlank;
    private byte _before;
    private bool _ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_ready.IsEmpty && !_ended)
        {
            if (Next() is { } unit) _ready = DeepMessages.Split(unit);
            else if (_end - _start > mostBytes) throw TooLong();
            else await FillAsync(cancellationToken);
        }
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _held.AsSpan(_start.._end).CopyTo(_held);
            (_start, _end, _looked) = (0, _end - _start, _looked - _start);
        }
        if (_end == _held.Length) Array.Resize(ref _held, _held.Length * 2);
        var read = await source.ReadAsync(_held.AsMemory(_end), cancellationToken);
        _end += read;
        if (read > 0) return;
        _ended = true;
        _ready = DeepMessages.Split(_held.AsMemory(_start.._end));
    }

    /// <summary>The next line with its end, of what is held; null: there is none yet.</summary>
    private ReadOnlyMemory<byte>? Next()
    {
        if (parts == MessageFraming.Whole) return null;
        var held = _held.AsSpan(_looked.._end);
        var end = parts == MessageFraming.Lines ? held.IndexOf((byte)'\n') : held.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
        {
            _looked = _end;
            return null;
        }
        var line = _held.AsMemory(_start..(_looked + end + 1));
        _start = _looked = _looked + end + 1;
        Note(line.Span);
        return line;
    }

    /// <summary>The lines of one event count together; an empty one ends it.</summary>
    private void Note(ReadOnlySpan<byte> line)
    {
        if (parts != MessageFraming.Events) return;
        var isBlank = line.Length == 1 && !(line[0] == '\n' && _before == '\r');
        _sinceBlank = isBlank ? 0 : _sinceBlank + line.Length;
        _before = line[^1];
        if (_sinceBlank > mostBytes) throw TooLong();
    }

    private AnswerTooLongException TooLong()
    {
        source.Dispose();
        return new(mostBytes);
    }
}
