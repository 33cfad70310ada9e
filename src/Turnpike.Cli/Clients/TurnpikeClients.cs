using System.Net.Http.Headers;

namespace Turnpike.Cli.Clients;

/// <summary>Decides whom commands ask.</summary>
internal static class TurnpikeClients
{
    /// <summary>The server that an option names, or, where no folder is named, the environment; otherwise the library in this process.</summary>
    /// <exception cref="UsageException">The server's address is no http(s) URL, a folder is named as well, or the key of the environment is none.</exception>
    public static ITurnpike Open(Surroundings here, string? server, string? data)
    {
        if (server is not null && data is not null) throw new UsageException("--server and --data say two places.", "Leave one of them out: turns run on a server, or in this process with what is kept in a folder.");
        if ((server ?? (data is null ? here.Variable("TURNPIKE_SERVER") : null)) is not { } address) return InProcessClient.Open(data ?? here.Variable("TURNPIKE_DATA") ?? "data", here);
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"\"{address}\" is no address of a server.", "Give a URL, for example --server http://127.0.0.1:5080");
        var key = here.Variable("TURNPIKE_KEY");
        if (key?.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0) throw new UsageException("TURNPIKE_KEY holds no key of a server: a key is made of letters, digits and signs of ASCII, without spaces and line ends.", "Copy the whole key as it was shown when it was made; the page shows only how it begins. A new one: turnpike keys create");
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new ServerClient(http, here.Time);
    }
}
