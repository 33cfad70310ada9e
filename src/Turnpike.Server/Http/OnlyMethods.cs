namespace Turnpike.Server.Http;

/// <summary>
/// The address of a list whose things have names with slashes. Routing takes it for the address of one without a name as well: what is not done there is 405, with what is.
/// </summary>
internal static class OnlyMethods
{
    public static void TakesOnly(this IEndpointRouteBuilder routes, string path, params string[] methods)
    {
        var allowed = string.Join(", ", methods);
        routes.Map(path, RefuseAsync).ExcludeFromDescription();

        Task RefuseAsync(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = allowed;
            return Task.CompletedTask;
        }
    }
}
