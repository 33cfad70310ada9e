namespace Turnpike.Server.Http;

/// <summary>HEAD is answered wherever GET is, with the same headers: routes know GET alone, and the server sends no body of it.</summary>
internal static class HeadRequests
{
    private static readonly object Asked = new();

    /// <summary>Stands before routing.</summary>
    public static void UseHeadRequests(this WebApplication app) => app.Use((http, next) =>
    {
        if (!HttpMethods.IsHead(http.Request.Method)) return next(http);
        http.Items[Asked] = Asked;
        http.Request.Method = HttpMethods.Get;
        return next(http);
    });

    /// <summary>Whether only the head of the answer was asked for: what would take long to make may be left out.</summary>
    public static bool WantsHeadOnly(this HttpContext http) => http.Items.ContainsKey(Asked);

    /// <summary>Tells of an address that takes GET that it takes HEAD.</summary>
    public static void Allow(HttpResponse response)
    {
        string[] methods = [.. response.Headers.Allow.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (methods.Contains(HttpMethods.Get) && !methods.Contains(HttpMethods.Head)) response.Headers.Allow = string.Join(", ", methods.Append(HttpMethods.Head).Order(StringComparer.Ordinal));
    }
}
