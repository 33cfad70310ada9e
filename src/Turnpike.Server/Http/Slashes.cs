namespace Turnpike.Server.Http;

/// <summary>Decodes the slash in the values of routes: of all escapes in a path it is the only one that the framework leaves.</summary>
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

    private static bool IsEscaped(object? value) => value is string text && text.Contains(Escaped, StringComparison.OrdinalIgnoreCase);
}
