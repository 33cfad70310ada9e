using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>A loopback HTTP server that sends exactly the bytes a test gives it, broken ones too. One request a connection.</summary>
sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<RawExchange, Task> script;
    private readonly Task accepting;
    private volatile bool isUnlisted;

    private RawServer(Func<RawExchange, Task> script)
    {
        this.script = script;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Url => new($"http://{listener.LocalEndpoint}");

    public ConcurrentQueue<RawRequest> Requests { get; } = [];

    public RawRequest Request => Assert.Single(Requests);

    public static RawServer Start(Func<RawExchange, Task> script) => new(script);

    /// <summary>Answers every request with these events, as one event stream.</summary>
    public static RawServer Streaming(params string[] events) => new(exchange => exchange.StreamAsync(events));

    /// <summary>Answers every request with a status, headers and a body.</summary>
    public static RawServer Answering(string status, string body, string headers = "Content-Type: application/json\r\n") =>
        new(exchange => exchange.SendAsync($"HTTP/1.1 {status}\r\n{headers}Connection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Lists no models, whatever its script says: who asks for them gets a 404, and is not counted among the requests.</summary>
    public RawServer Unlisted()
    {
        isUnlisted = true;
        return this;
    }

    /// <summary>An address where nobody listens.</summary>
    public static Uri Nobody()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return new($"http://{free.LocalEndpoint}");
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true) running.Add(ServeAsync(await listener.AcceptSocketAsync()));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
        await Task.WhenAll(running);
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (await RawRequest.ReadAsync(stream) is not { } request) return;
            var exchange = new RawExchange(request, socket, stream);
            if (isUnlisted && request.IsForModels)
            {
                await exchange.SendAsync("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            Requests.Enqueue(request);
            await script(exchange);
        }
        catch (IOException)
        {
            // The client left.
        }
    }
}

sealed record RawRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public bool IsForModels => Method == "GET" && Path.Split('?')[0].EndsWith("/models", StringComparison.Ordinal);

    public static async Task<RawRequest?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0) return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = headers.TryGetValue("Transfer-Encoding", out var coding) && coding == "chunked" ? await ChunksAsync(stream) : new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length) : 0];
        if (coding is null) await stream.ReadExactlyAsync(body);
        var first = lines[0].Split(' ');
        return new(first[0], first[1], headers, Encoding.UTF8.GetString(body));
    }

    private static async Task<byte[]> ChunksAsync(Stream stream)
    {
        var body = new List<byte>();
        while (true)
        {
            var size = Convert.ToInt32(await LineAsync(stream), 16);
            var chunk = new byte[size + 2]; // with the end of its line
            await stream.ReadExactlyAsync(chunk);
            if (size == 0) return [.. body];
            body.AddRange(chunk[..size]);
        }
    }

    private static async Task<string> LineAsync(Stream stream)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(one) > 0 && one[0] != '\n') if (one[0] != '\r') line.Append((char)one[0]);
        return line.ToString();
    }
}

sealed class RawExchange(RawRequest request, Socket socket, Stream stream)
{
    public RawRequest Request => request;

    public Task SendAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    public Task SendAsync(byte[] bytes) => stream.WriteAsync(bytes).AsTask();

    public Task StartStreamAsync(string contentType = "text/event-stream") =>
        SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");

    /// <summary>One HTTP chunk for each text, as servers send that stream.</summary>
    public async Task ChunksAsync(params string[] texts)
    {
        foreach (var text in texts) await SendAsync($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");
    }

    public Task EndAsync() => SendAsync("0\r\n\r\n");

    public async Task StreamAsync(params string[] events)
    {
        await StartStreamAsync();
        await ChunksAsync(events);
        await EndAsync();
    }

    /// <summary>Cuts the connection so that the client notices an error rather than an end.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Ends when the client has closed its side.</summary>
    public async Task UntilClientLeavesAsync()
    {
        try
        {
            while (await stream.ReadAsync(new byte[256]) > 0)
            {
            }
        }
        catch (IOException)
        {
            // It left without a word.
        }
    }
}
