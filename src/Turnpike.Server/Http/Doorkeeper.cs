using Microsoft.Extensions.Options;
using Turnpike.Server.Hosting;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>
/// Keeps pages of other sites out while no keys exist: the Host header must name this machine (a name that was rebound to it does not), and what changes something
/// must not come from another origin.
/// </summary>
internal static class Doorkeeper
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseDoorkeeper(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        app.Use((http, next) =>
        {
            var host = http.Request.Host.Host;
            if (!Loopback.Contains(host, StringComparer.OrdinalIgnoreCase) && !options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase))
                throw new TurnException(TurnErrorCode.Forbidden, $"The host \"{host}\" is not served here. Ask for localhost, or add the name to Turnpike:AllowedHosts.");
            var origin = http.Request.Headers.Origin.ToString();
            if (origin.Length > 0 && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && !IsOurs(origin, http.Request) && !options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
                throw new TurnException(TurnErrorCode.Forbidden, $"Requests from \"{origin}\" are not taken. Add it to Turnpike:AllowedOrigins if they should be.");
            return next(http);
        });
    }

    private static bool IsOurs(string origin, HttpRequest request) => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
