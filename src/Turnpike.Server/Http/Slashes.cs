using Microsoft.AspNetCore.Http.Features;

namespace Turnpike.Server.Http;

/// <summary>
/// Decodes the slash in the values of routes: of all escapes in a path it is the only one that the framework leaves. And changes nothing at an address that ends in one:
/// clients take the steps <c>.</c> and <c>..</c> out of an address, so that <c>DELETE /conversations/c/resources/..</c> comes as <c>DELETE /conversations/c/</c>, which routing would take for the conversation's own.
/// </summary>
internal static class Slashes
{
    private const string Escaped = "%2F", Percent = "%25", StandInEscaped = "%EE%80%A5";
    private const char StandIn = '\uE025';
    private static readonly object Asked = new();

    /// <summary>Routing, with the values of routes as they were meant.</summary>
    public static void UseRoutes(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (Told(http) is not { } told) return next(http);
            http.Items[Asked] = http.Request.Path;
            http.Request.Path = told;
            return next(http);
        });
        app.UseRouting();
        app.Use((http, next) =>
        {
            var isTold = http.Items.Remove(Asked, out var asked);
            if (isTold) http.Request.Path = (PathString)asked!;
            var values = http.Request.RouteValues;
            if (isTold || values.Values.Any(IsEscaped))
                foreach (var (name, value) in values.ToArray()) if (value is string text) values[name] = Meant(text, isTold);
            return next(http);
        });
    }

    /// <summary>Stands before whatever looks at the route.</summary>
    public static void UseWholeAddresses(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request is not { Method: "DELETE" or "PUT" or "PATCH", Path.Value: { Length: > 1 } path } || path[^1] != '/') return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    /// <summary>The path with a letter that stands in for the percent signs of names: once the framework has decoded them, the text <c>%2F</c> in a name (<c>%252F</c>) looks like an escaped slash. Null: there is no such name.</summary>
    private static PathString? Told(HttpContext http)
    {
        if (http.Request.Path.Value is not { } path || !path.Contains(Escaped, StringComparison.OrdinalIgnoreCase) || path.Contains(StandIn)) return null;
        if (http.Features.Get<IHttpRequestFeature>()?.RawTarget is not ['/', ..] raw || !raw.Contains(Percent, StringComparison.Ordinal)) return null;
        var told = PathString.FromUriComponent(raw.Split('?')[0].Replace(Percent, StandInEscaped, StringComparison.Ordinal));
        return told.Value!.Split('/').Any(step => step is "." or "..") ? null : told;
    }

    private static bool IsEscaped(object? value) => value is string text && text.Contains(Escaped, StringComparison.OrdinalIgnoreCase);

    private static string Meant(string value, bool isTold)
    {
        var text = value.Replace(Escaped, "/", StringComparison.OrdinalIgnoreCase);
        return isTold ? text.Replace(StandIn, '%') : text;
    }
}
