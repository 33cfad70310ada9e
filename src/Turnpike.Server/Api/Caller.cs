using System.Net;
using Turnpike.Server.Access;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>For whom a request asks: its key says it, or, before any key was made, the headers of whoever is on this machine.</summary>
internal static class Caller
{
    private const string UserHeader = "Turnpike-User", OrganizationHeader = "Turnpike-Organization";
    private const int Longest = 200;

    public static string? User(HttpContext http) => Visitor.Of(http) is { IsAnybody: false } visitor ? visitor.User : Said(http, UserHeader) is { } user && IsUser(user) ? user : null;

    public static string? Organization(HttpContext http) => Visitor.Of(http) is { IsAnybody: false } visitor ? visitor.Organization : Said(http, OrganizationHeader) is { } organization && IsId(organization) ? organization : null;

    /// <summary>Refuses headers that name somebody for whom no key could be.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static void Check(HttpContext http)
    {
        if (!Visitor.Of(http).IsAnybody) return;
        if (Said(http, UserHeader) is { } user && !IsUser(user)) throw Unfit(UserHeader, $"a user has 1 to {Longest} characters, no control characters, and neither . nor .. nor nothing between slashes, for no address could hold that");
        if (Said(http, OrganizationHeader) is { } organization && !IsId(organization)) throw Unfit(OrganizationHeader, $"an organization has 1 to {Longest} characters and no control characters");
    }

    private static string? Said(HttpContext http, string header)
    {
        if (http.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address)) return null;
        return http.Request.Headers[header].ToString() is { Length: > 0 } id ? id : null;
    }

    private static bool IsUser(string id) => IsId(id) && id.Split('/').All(step => step is not ("" or "." or ".."));

    private static bool IsId(string id) => id.Length <= Longest && !id.Any(char.IsControl);

    private static TurnException Unfit(string header, string what) => new(TurnErrorCode.RequestInvalid, $"The header {header} names nobody: {what}.") { Field = header };
}
