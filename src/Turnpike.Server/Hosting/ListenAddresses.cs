using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Turnpike.Server.Hosting;

/// <summary>Where the server listens, and which of these addresses the network can reach.</summary>
internal static class ListenAddresses
{
    /// <exception cref="ValidationException">An address cannot be read.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var (key, url) in All(configuration)) Parse(key, url);
    }

    /// <summary>The first address that the network can reach, with the key of its setting; null when only this machine can reach the server.</summary>
    public static (string Key, string Url)? Public(IConfiguration configuration)
    {
        foreach (var (key, url) in All(configuration))
        {
            if (!IsLocal(Parse(key, url))) return (key, url);
        }
        return null;
    }

    private static IEnumerable<(string Key, string Url)> All(IConfiguration configuration)
    {
        if (configuration["urls"] is { Length: > 0 } urls)
        {
            foreach (var url in Parts(urls)) yield return ("ASPNETCORE_URLS", url);
        }
        else // then, and only then, ports are listened at, on all addresses
        {
            foreach (var port in Parts(configuration["http_ports"])) yield return ("ASPNETCORE_HTTP_PORTS", $"http://*:{port}");
            foreach (var port in Parts(configuration["https_ports"])) yield return ("ASPNETCORE_HTTPS_PORTS", $"https://*:{port}");
        }
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } url) yield return (endpoint.Path + ":Url", url);
        }
    }

    private static string[] Parts(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static BindingAddress Parse(string key, string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new ValidationException($"{key} is \"{url}\", which is no address to listen at. Give one such as http://127.0.0.1:5080.");
        }
        if (address.IsUnixPipe || address.IsNamedPipe) return address;
        if (address.Port is < 0 or > 65535) throw new ValidationException($"{key} is \"{url}\", whose port is none: ports are 0 to 65535.");
        if (address.PathBase is { Length: > 0 }) throw new ValidationException($"{key} is \"{url}\". The server answers at the root of an address; take \"{address.PathBase}\" away, and let a proxy give it a name of its own.");
        if (address.Port == 0 && address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) throw new ValidationException($"{key} is \"{url}\". localhost has two addresses, which cannot share a port that the system chooses; say http://127.0.0.1:0.");
        return address;
    }

    private static bool IsLocal(BindingAddress address) => address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
