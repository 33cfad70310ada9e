using System.ComponentModel.DataAnnotations;

namespace Turnpike.Server.Hosting;

/// <summary>The server's own settings: section <c>Turnpike</c>.</summary>
public sealed class ServerOptions : IValidatableObject
{
    internal const string StandardData = "data";

    /// <summary>The folder of everything that is kept. Default <c>./data</c>; also <c>TURNPIKE_DATA</c>.</summary>
    [Required, MinLength(1)]
    public string Data { get; set; } = StandardData;

    /// <summary>Host names beside localhost that requests may ask for, such as a proxy's.</summary>
    public List<string> AllowedHosts { get; } = [];

    /// <summary>Origins of pages that may use the server, such as <c>https://example.org</c>.</summary>
    public List<string> AllowedOrigins { get; } = [];

    /// <summary>The largest body, in bytes, 1 KiB to 1 GiB. Default 32 MiB: an image of 20 MiB in base64, and the rest.</summary>
    [Range(1024, 1 << 30)]
    public long BodyBytes { get; set; } = 32 << 20;

    /// <summary>The largest file of conversations that is imported, in bytes, 1 KiB to 1 GiB. Default 64 MiB. While it is read it takes several times that in memory.</summary>
    [Range(1024, 1 << 30)]
    public long ImportBytes { get; set; } = 64 << 20;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < AllowedHosts.Count; i++)
            if (!IsHost(AllowedHosts[i])) yield return new("It must be a name or an address alone, such as \"shop.example\" or \"[2001:db8::7]\": no scheme, no port, no path.", [$"{nameof(AllowedHosts)}:{i}"]);
        for (var i = 0; i < AllowedOrigins.Count; i++)
            if (!IsOrigin(AllowedOrigins[i])) yield return new("It must be an origin as browsers send it, such as \"https://shop.example\": the scheme, the host, and a port if it is not the scheme's own, with nothing behind.", [$"{nameof(AllowedOrigins)}:{i}"]);
    }

    private static bool IsHost(string name) => Uri.CheckHostName(name) is var kind and not UriHostNameType.Unknown && (kind != UriHostNameType.IPv6 || name.StartsWith('['));

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && text.Equals(url.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
