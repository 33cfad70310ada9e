using System.Net;

namespace Turnpike.Providers.Http;

/// <summary>The connections to one provider: pooled, without cookies, redirects or decompression.</summary>
internal static class ProviderTransport
{
    /// <summary>How long a connection may take to be made, unless the options say otherwise.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A handler for one base URL. Redirects are never followed, so that a key stays with the host it was given to. A system
    /// proxy is used for other machines only. A stream that nobody reads any more is closed at once rather than read to its end.
    /// </summary>
    /// <param name="baseUrl">The base URL.</param>
    /// <param name="secrets">What the server is given, to be kept out of recordings.</param>
    /// <param name="connect">How long a connection may take to be made.</param>
    public static HttpMessageHandler Handler(Uri baseUrl, GivenSecrets secrets, TimeSpan connect) => new ExchangeHandler(Sockets(baseUrl, connect), secrets);

    private static SocketsHttpHandler Sockets(Uri baseUrl, TimeSpan connect) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connect,
        MaxResponseDrainSize = 4096,
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        UseCookies = false,
        UseProxy = !baseUrl.IsLoopback,
    };

    /// <summary>The address of a path below a base URL; the base URL's query (<c>?api-version=…</c>) is kept.</summary>
    public static Uri Address(Uri baseUrl, string path) =>
        new UriBuilder(baseUrl) { Path = $"{baseUrl.AbsolutePath.TrimEnd('/')}/{path}" }.Uri;
}
