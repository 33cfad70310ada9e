namespace Turnpike.Hosts.Tests.Client;

/// <summary>A connection that breaks: the first streams end in an error after so many bytes, in the middle of whatever stands there.</summary>
internal sealed class CutConnections(params int[] bytes) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly Queue<int> _cuts = new(bytes);

    /// <summary>The numbers behind which a stream was asked for again.</summary>
    public List<string> Asked { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.TryGetValues("Last-Event-ID", out var after)) Asked.Add(after.Single());
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream" || !_cuts.TryDequeue(out var most)) return answer;
        answer.Content = new StreamContent(new CutStream(await answer.Content.ReadAsStreamAsync(cancellationToken), most));
        return answer;
    }

    private sealed class CutStream(Stream inner, int most) : Stream
    {
        private int _left = most;
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0) throw new IOException("The cable was cut.");
            var read = await inner.ReadAsync(buffer[..Math.Min(_left, buffer.Length)], cancellationToken);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
