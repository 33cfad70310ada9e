using Turnpike.Turns.Recordings;

namespace Turnpike.Providers.Http;

/// <summary>An answer's body that is taken down as it is read.</summary>
internal sealed class TapedStream(Stream body, ExchangeTape tape) : ReadingStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.Length > 0) tape.Heard(buffer.Span[..read]);
            return read;
        }
        catch (IOException error) when (!cancellationToken.IsCancellationRequested)
        {
            tape.Failed(ExchangeEnding.Broken, error);
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            var read = body.Read(buffer, offset, count);
            if (read > 0 || count > 0) tape.Heard(buffer.AsSpan(offset, read));
            return read;
        }
        catch (IOException error)
        {
            tape.Failed(ExchangeEnding.Broken, error);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) body.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
