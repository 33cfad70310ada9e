using System.Net;

namespace Turnpike.Turns.Web;

/// <summary>Says which URLs and addresses may be asked.</summary>
internal sealed class WebGuard(IReadOnlyCollection<string> allow)
{
    private readonly HashSet<string> _names = new(allow, StringComparer.OrdinalIgnoreCase);
    private readonly IPNetwork[] _networks = [.. allow.Select(Network).OfType<IPNetwork>()];

    /// <summary>Refuses a URL whose words alone say that it must not be asked.</summary>
    /// <exception cref="WebRefusal">It is no http(s) URL, brings a password, or names a private host.</exception>
    public void Check(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) throw new WebRefusal($"\"{Shown(url)}\" is no http or https URL.");
        if (url.UserInfo.Length > 0) throw new WebRefusal($"The URL of \"{url.Host}\" brings a name or password; those are not sent.");
        if (_names.Contains(url.Host) || _names.Contains(url.IdnHost)) return;
        if (IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address) ? !Allows(address) : IsLocalName(url.IdnHost)) throw Private(url.Host);
    }

    /// <summary>Refuses a URL that another machine fetches, where nobody sees what its name is an address of: a name without a dot is of that machine's own network.</summary>
    /// <exception cref="WebRefusal">As for <see cref="Check"/>.</exception>
    public void CheckHanded(Uri url)
    {
        Check(url);
        if (IsBare(url.IdnHost) && !IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out _) && !_names.Contains(url.Host) && !_names.Contains(url.IdnHost)) throw Private(url.Host);
    }

    /// <summary>A guard that lets a URL pass as well which an operator chose, if its words say that it is private: then that is what was meant.</summary>
    public WebGuard With(Uri named) => IPAddress.TryParse(named.IdnHost.Trim('[', ']'), out _) || IsLocalName(named.IdnHost) || IsBare(named.IdnHost) ? new([.. allow, named.Host, named.IdnHost]) : this;

    /// <summary>Whether an address may be connected to on behalf of a host.</summary>
    public bool Allows(string host, IPAddress address) => _names.Contains(host) || Allows(address);

    public static WebRefusal Private(string host) => new($"\"{host}\" is an address of this machine or of a private network, which is not asked on behalf of others. Add it to Turnpike:Web:Allow if it should be.");

    private bool Allows(IPAddress address) => PublicAddresses.Is(address) || Array.Exists(_networks, network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private static bool IsLocalName(string host)
    {
        var name = host.TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".internal", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".local", StringComparison.OrdinalIgnoreCase) || name.Length == 0;
    }

    private static bool IsBare(string host) => !host.TrimEnd('.').Contains('.', StringComparison.Ordinal);

    private static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;

    private static string Shown(Uri url) => url.OriginalString.Length > 200 ? url.OriginalString[..200] + "…" : url.OriginalString;
}
