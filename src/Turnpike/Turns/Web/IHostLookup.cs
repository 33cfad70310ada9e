using System.Net;

namespace Turnpike.Turns.Web;

/// <summary>Finds the addresses of a host. A program that has its own way of naming hosts brings its own.</summary>
public interface IHostLookup
{
    /// <summary>The addresses of a name; none: it is not known.</summary>
    Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken);
}

/// <summary>Asks the system.</summary>
internal sealed class SystemHostLookup : IHostLookup
{
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken) => await Dns.GetHostAddressesAsync(host, cancellationToken);
}
