namespace Turnpike.Providers.Mcp;

/// <summary>Breaks an answer off that is longer than it may be, while it is read.</summary>
internal sealed class BoundedAnswers(int mostBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentLength > mostBytes) throw TooLong();
        if (request.Method != HttpMethod.Post) return response; // the stream of notifications has no end
        var bounded = new StreamContent(new BoundedStream(await response.Content.ReadAsStreamAsync(cancellationToken), mostBytes));
        foreach (var (name, values) in response.Content.Headers) bounded.Headers.TryAddWithoutValidation(name, values);
        response.Content = bounded;
        return response;
    }

    private HttpRequestException TooLong() => new($"The answer is longer than {mostBytes:N0} bytes (Turnpike:AnswerBytes).");

    private sealed class BoundedStream(Stream stream, long left) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Count(stream.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await stream.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) stream.Dispose();
            base.Dispose(disposing);
        }

        private int Count(int read) => (left -= read) >= 0 ? read : throw new AnswerTooLongException();
    }
}

/// <summary>An answer was longer than an answer of a tool server may be, which its head did not say.</summary>
internal sealed class AnswerTooLongException() : IOException("The answer is longer than an answer of a tool server may be (Turnpike:AnswerBytes).")
{
    /// <summary>It, if it is what an error comes from.</summary>
    public static AnswerTooLongException? In(Exception? error) => error is null or AnswerTooLongException ? error as AnswerTooLongException : In(error.InnerException);
}
