using Microsoft.Extensions.Options;
using Turnpike.Server.Compatible.Chat;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Hosting;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>
/// Keeps pages of other sites out: the Host header must name this machine (a name that was rebound to it does not) or a host that was allowed, and what changes something
/// must not come from another origin. Whether the process is well is told under any name, for probes ask for an address. Only origins that were allowed hear what browsers call CORS.
/// </summary>
internal static class Doorkeeper
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseDoorkeeper(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        app.Use((http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments("/health")) CheckHost(http.Request.Host.Host, options);
            if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) CheckOrigin(http.Request, options);
            return next(http);
        });
        if (options.AllowedOrigins.Count == 0) return;
        app.UseCors(cors => cors.WithOrigins([.. options.AllowedOrigins]).AllowAnyMethod().AllowAnyHeader()
            .WithExposedHeaders(CommonHeaders.RequestId, TurnHeaders.Turn, TurnHeaders.Conversation, TurnHeaders.Prompt, TurnHeaders.Warnings, UiError.Code, UiChatApi.Stream, IgnoredFields.Header, OpenAIError.ShouldRetry, "Allow", "Content-Disposition", "ETag", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate"));
    }

    private static void CheckHost(string host, ServerOptions options)
    {
        if (Loopback.Contains(host, StringComparer.OrdinalIgnoreCase) || options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase)) return;
        throw new TurnException(TurnErrorCode.Forbidden, $"The host \"{host}\" is not served here. Ask for localhost, or add the name to Turnpike:AllowedHosts.");
    }

    private static void CheckOrigin(HttpRequest request, ServerOptions options)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOurs(origin, request) || options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)) return;
        throw new TurnException(TurnErrorCode.Forbidden, $"Requests from pages of \"{origin}\" are not taken. Add it to Turnpike:AllowedOrigins if they should be.");
    }

    private static bool IsOurs(string origin, HttpRequest request) => string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
