using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>What every answer says: an id that the log has too, and that browsers shall neither guess its type, run or frame it, nor tell where they come from.</summary>
internal static class CommonHeaders
{
    public const string RequestId = "x-request-id";

    public static void UseCommonHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        http.TraceIdentifier = Ids.New("req");
        var headers = http.Response.Headers;
        headers[RequestId] = http.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"; // the page says its own
        return next(http);
    });
}
