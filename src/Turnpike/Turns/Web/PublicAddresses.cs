using System.Net;
using System.Net.Sockets;

namespace Turnpike.Turns.Web;

/// <summary>Tells addresses of the open internet from those of this machine, of private networks, and of the services that hand out a cloud machine's keys.</summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] Closed =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
            "::/127", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        ]).Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork Tunnelled = IPNetwork.Parse("2002::/16");

    /// <summary>Whether an address belongs to the open internet. Addresses that carry another (mapped, translated or tunnelled IPv4) are judged by that one.</summary>
    public static bool Is(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            if (address.IsIPv4MappedToIPv6) return Is(address.MapToIPv4());
            if (Translated.Contains(address) || bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && bytes[12] != 0) return Is(new IPAddress(bytes.AsSpan(12)));
            if (Tunnelled.Contains(address)) return Is(new IPAddress(bytes.AsSpan(2, 4)));
        }
        return !Array.Exists(Closed, network => network.Contains(address));
    }
}
