using Turnpike.Server.Http;

namespace Turnpike.Server.Api;

/// <summary>Says in the OpenAPI document what a route is for.</summary>
internal static class RouteDescription
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary, string description, Type? body = null, Type? answer = null)
    {
        route.WithSummary(summary).WithDescription(description).ProducesProblem(400, "application/problem+json");
        if (body is not null) route.WithMetadata(new BodyShape(body));
        if (answer is not null) route.Produces(200, answer, "application/json");
        return route;
    }

    /// <summary>What nobody serves is told so as a problem.</summary>
    public static void MapUnknown(this WebApplication app) => app.MapFallback(async http =>
        await Problem.WriteAsync(http, 404, "request_invalid", $"Nothing is served at {http.Request.Method} {http.Request.Path}. The routes are listed at /openapi/v1.json.")).ExcludeFromDescription();
}

/// <summary>What a route's body is, for the document alone: routes take JSON whatever its Content-Type says.</summary>
internal sealed record BodyShape(Type Type);
