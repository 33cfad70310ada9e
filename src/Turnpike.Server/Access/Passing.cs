namespace Turnpike.Server.Access;

/// <summary>Whether a request says that it came through a proxy. One that says nothing cannot be told from one of this machine.</summary>
internal static class Passing
{
    private static readonly string[] Names = ["Forwarded", "Via", "X-Real-IP"];
    private static readonly string[] Beginnings = ["X-Forwarded-", "X-Original-"]; // as the second ASP.NET keeps the first, once it has believed them

    /// <summary>Whether any header that proxies add is there.</summary>
    public static bool IsTold(HttpRequest request) =>
        request.Headers.Keys.Any(name => Names.Contains(name, StringComparer.OrdinalIgnoreCase) || Beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)));
}
