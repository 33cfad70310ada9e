using System.ComponentModel.DataAnnotations;

namespace Turnpike.Server.Hosting;

/// <summary>The server's own settings: section <c>Turnpike</c>.</summary>
public sealed class ServerOptions
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
}
