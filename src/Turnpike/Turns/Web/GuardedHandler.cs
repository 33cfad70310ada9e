using System.Net;
using System.Net.Sockets;

namespace Turnpike.Turns.Web;

/// <summary>
/// The door of requests to elsewhere: it judges the URL by its words and the address when the connection is made, and connects to that very address, so a name that
/// changes between check and connect gains nothing. No redirects, no cookies, no proxy.
/// </summary>
internal sealed class GuardedHandler : DelegatingHandler
{
    private readonly WebGuard _guard;
    private readonly IHostLookup _lookup;

    public GuardedHandler(WebGuard guard, IHostLookup lookup)
    {
        (_guard, _lookup) = (guard, lookup);
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 64,
        };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _guard.Check(request.RequestUri!);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error) when (Refusal(error) is { } refusal)
        {
            throw refusal;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IReadOnlyList<IPAddress> found = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _lookup.FindAsync(host, cancellationToken);
        if (found.Count == 0) throw new WebRefusal($"There is no host \"{host}\".");
        IPAddress[] allowed = [.. found.Where(address => _guard.Allows(host, address))];
        if (allowed.Length == 0) throw WebGuard.Private(host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static WebRefusal? Refusal(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            if (error is WebRefusal found) return found;
        return null;
    }
}
