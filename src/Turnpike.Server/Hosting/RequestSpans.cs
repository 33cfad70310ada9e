using Microsoft.AspNetCore.Http.Features;

namespace Turnpike.Server.Hosting;

/// <summary>Names the web server's span of a request by its route, so that requests for many things of a kind are told together.</summary>
internal static class RequestSpans
{
    public static void UseRequestSpans(this WebApplication app) => app.Use(async (http, next) =>
    {
        await next(http);
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span || http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } route }) return;
        span.SetTag("http.route", route);
        span.DisplayName = $"{http.Request.Method} {route}";
    });
}
