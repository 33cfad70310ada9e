using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>A way to a server that can break when the server has committed and nobody has heard of it.</summary>
internal sealed class LossyWay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private int _loses, _lost;

    public LossyWay(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many commits nobody heard of.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>The answer to a commit is lost with its connection: to the next one, or to one after that.</summary>
    /// <param name="commit">Which of those to come, from 1.</param>
    public void Lose(int commit) => Volatile.Write(ref _loses, commit);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = CarryAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var here = client;
        using var there = new TcpClient();
        await there.ConnectAsync(IPAddress.Loopback, _server);
        var isLast = new StrongBox<bool>();
        await Task.WhenAny(AskAsync(here.GetStream(), there.GetStream(), isLast), AnswerAsync(there.GetStream(), here.GetStream(), isLast));
    }

    private async Task AskAsync(NetworkStream from, NetworkStream to, StrongBox<bool> isLast)
    {
        var bytes = new byte[64 << 10];
        while (await ReadAsync(from, bytes) is var read and > 0)
        {
            if (bytes.AsSpan(0, read).IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Decrement(ref _loses) == 0) Volatile.Write(ref isLast.Value, true);
            await to.WriteAsync(bytes.AsMemory(0, read));
        }
    }

    private async Task AnswerAsync(NetworkStream from, NetworkStream to, StrongBox<bool> isLast)
    {
        var bytes = new byte[64 << 10];
        while (await ReadAsync(from, bytes) is var read and > 0)
        {
            if (Volatile.Read(ref isLast.Value))
            {
                Interlocked.Increment(ref _lost);
                return;
            }
            await to.WriteAsync(bytes.AsMemory(0, read));
        }
    }

    private static async Task<int> ReadAsync(NetworkStream from, byte[] bytes)
    {
        try
        {
            return await from.ReadAsync(bytes);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
