using System.Net;

namespace Turnpike.Server.Api;

/// <summary>Who asks: on loopback, where there are no keys, the headers say it.</summary>
internal static class Caller
{
    public static string? User(HttpContext http) => Said(http, "Turnpike-User");

    public static string? Organization(HttpContext http) => Said(http, "Turnpike-Organization");

    private static string? Said(HttpContext http, string header)
    {
        if (http.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address)) return null;
        return http.Request.Headers[header].ToString() is { Length: > 0 and <= 200 } id ? id : null;
    }
}
