using Turnpike.Server.Api;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>
/// Refuses a name in the query that a route of the native API does not know, where something may be changed: who wrote <c>dry_run</c> for <c>dryRun</c> means to keep nothing.
/// What only reads takes any.
/// </summary>
internal static class QueryNames
{
    public static void UseQueryNames(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request is { Method: "POST" or "PUT" or "PATCH" or "DELETE", Query.Count: > 0 } && http.GetEndpoint()?.Metadata is { } said && said.GetMetadata<IEndpointNameMetadata>() is not null) Check(http.Request, said);
        return next(http);
    });

    private static void Check(HttpRequest request, EndpointMetadataCollection said)
    {
        string[] known = [.. said.GetOrderedMetadata<ParameterShape>().Where(shape => !shape.InHeader).Select(shape => shape.Name)];
        if (request.Query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is not { } unknown) return;
        var takes = known.Length == 0 ? "Nothing is asked there in the query" : $"The query takes {string.Join(", ", known)} there";
        throw new TurnException(TurnErrorCode.RequestInvalid, $"{request.Method} {request.Path} knows no \"{unknown}\" in its query.{Nearest.Hint(unknown, known)} {takes}.") { Field = unknown };
    }
}
