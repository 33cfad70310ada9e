using System.Net;
using Turnpike.Server.Access;

namespace Turnpike.Server.Api;

/// <summary>For whom a request asks: its key says it, or, before any key was made, the headers of whoever is on this machine.</summary>
internal static class Caller
{
    public static string? User(HttpContext http) => Visitor.Of(http) is { IsAnybody: false } visitor ? visitor.User : Said(http, "Turnpike-User");

    public static string? Organization(HttpContext http) => Visitor.Of(http) is { IsAnybody: false } visitor ? visitor.Organization : Said(http, "Turnpike-Organization");

    private static string? Said(HttpContext http, string header)
    {
        if (http.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address)) return null;
        return http.Request.Headers[header].ToString() is { Length: > 0 and <= 200 } id ? id : null;
    }
}
