using Turnpike.Turns.Recordings;

namespace Turnpike.Providers.Http;

/// <summary>An answer's body as it was taken down, with the end that it had.</summary>
internal sealed class RecordedStream(RecordedAnswer answer) : ReadingStream
{
    private int at;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        try
        {
            return ValueTask.FromResult(Next(buffer.Span));
        }
        catch (Exception ending)
        {
            return ValueTask.FromException<int>(ending);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Next(buffer.AsSpan(offset, count));

    private int Next(Span<byte> buffer)
    {
        var read = Math.Min(buffer.Length, answer.Body.Length - at);
        answer.Body.Span.Slice(at, read).CopyTo(buffer);
        at += read;
        return read > 0 || buffer.Length == 0 || answer.Ending() is not { } ending ? read : throw ending;
    }
}
