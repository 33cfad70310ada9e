using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Turnpike.Server.Hosting;

/// <summary>Where the server may listen: on this machine only, because there are no keys yet that tell who may use it.</summary>
internal static class ListenAddresses
{
    /// <exception cref="ValidationException">An address that the network can reach, or that cannot be read.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var url in configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? []) Check("ASPNETCORE_URLS", url);
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } url) Check(endpoint.Path + ":Url", url);
        }
    }

    private static void Check(string key, string url)
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
        if (address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return;
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)) return;
        throw new ValidationException($"{key} is \"{url}\", which would open this server to the network, and it has no keys yet that tell who may use it. Listen on 127.0.0.1 or localhost, and put a proxy that asks for a password in front of it.");
    }
}
