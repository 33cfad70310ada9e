using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Every answer has an id that the log has too.</summary>
internal static class RequestIds
{
    public static void UseRequestIds(this WebApplication app) => app.Use((http, next) =>
    {
        http.TraceIdentifier = Ids.New("req");
        Stamp(http);
        return next(http);
    });

    public static void Stamp(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers["x-request-id"] = http.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
