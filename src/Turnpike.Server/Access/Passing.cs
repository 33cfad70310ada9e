namespace Turnpike.Server.Access;

/// <summary>Whether a request says that it came through a proxy. One that says nothing cannot be told from one of this machine.</summary>
internal static class Passing
{
    private static readonly string[] Names = ["Forwarded", "Via", "X-Real-IP"];

    /// <summary>Whether any header that proxies add is there.</summary>
    public static bool IsTold(HttpRequest request) => request.Headers.Keys.Any(name => Names.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase));
}
