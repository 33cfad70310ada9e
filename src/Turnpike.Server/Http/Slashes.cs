namespace Turnpike.Server.Http;

/// <summary>
/// Decodes the slash in the values of routes: of all escapes in a path it is the only one that the framework leaves. And changes nothing at an address that ends in one:
/// clients take the steps <c>.</c> and <c>..</c> out of an address, so that <c>DELETE /conversations/c/resources/..</c> comes as <c>DELETE /conversations/c/</c>, which routing would take for the conversation's own.
/// </summary>
internal static class Slashes
{
    private const string Escaped = "%2F";

    public static void UseSlashes(this WebApplication app) => app.Use((http, next) =>
    {
        var values = http.Request.RouteValues;
        if (values.Values.Any(IsEscaped))
            foreach (var (name, value) in values.Where(pair => IsEscaped(pair.Value)).ToArray()) values[name] = ((string)value!).Replace(Escaped, "/", StringComparison.OrdinalIgnoreCase);
        return next(http);
    });

    /// <summary>Stands before whatever looks at the route.</summary>
    public static void UseWholeAddresses(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request is not { Method: "DELETE" or "PUT" or "PATCH", Path.Value: { Length: > 1 } path } || path[^1] != '/') return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    private static bool IsEscaped(object? value) => value is string text && text.Contains(Escaped, StringComparison.OrdinalIgnoreCase);
}
