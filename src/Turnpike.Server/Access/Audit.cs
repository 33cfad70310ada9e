using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Auditing;

namespace Turnpike.Server.Access;

/// <summary>
/// Keeps who asked for what change, after it was done: every request that is no reading, of a route that <see cref="Audited"/> covers, whether it was done or refused. A
/// route says nothing for it. All other changes, of turns and of the host's own code, the stores tell of themselves.
/// </summary>
internal static partial class Audit
{
    private static readonly string[] NotKept = ["/api/turns", "/api/conversations", "/api/files", "/api/triggers", "/api/chat", "/v1/", "/mcp", "/health", "/api/session", "/api/prompts/validate"];

    public static void UseAudit(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<IAuditLog>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Turnpike.Audit");
        app.Use(async (http, next) =>
        {
            if (!Audited(http))
            {
                await next(http);
                return;
            }
            var status = 0;
            try
            {
                using (AuditScope.Told()) await next(http);
                status = http.Response.StatusCode;
            }
            catch (TurnException error)
            {
                status = Http.ErrorTable.Status(error.Code);
                throw;
            }
            catch (BadHttpRequestException error)
            {
                status = error.StatusCode;
                throw;
            }
            finally
            {
                if (status != StatusCodes.Status401Unauthorized) await KeepAsync(log, logger, http, Entry(http, status == 0 ? 500 : status, time.GetUtcNow())); // of strangers the server's own log tells
            }
        });
    }

    private static bool Audited(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || http.GetEndpoint() is not RouteEndpoint) return false;
        var path = http.Request.Path.Value ?? "";
        return !NotKept.Any(start => path.StartsWith(start, StringComparison.OrdinalIgnoreCase));
    }

    private static AuditEntry Entry(HttpContext http, int status, DateTimeOffset now)
    {
        var visitor = Visitor.Of(http);
        return new()
        {
            At = now,
            Who = visitor.Name,
            Key = visitor.Key?.Id,
            User = Api.Caller.User(http),
            Action = http.GetEndpoint()?.Metadata.GetMetadata<EndpointNameMetadata>()?.EndpointName ?? http.Request.Method,
            Target = http.Request.Path.Value + (Http.Query.Text(http, "project") is { } project ? "?project=" + Uri.EscapeDataString(project) : ""),
            Status = status,
            Request = http.TraceIdentifier,
        };
    }

    /// <summary>What was done is done: a log that cannot be written is told of, and takes nothing back.</summary>
    private static async Task KeepAsync(IAuditLog log, ILogger logger, HttpContext http, AuditEntry entry)
    {
        try
        {
            using (OrganizationScope.Enter(Visitor.Of(http).Organization)) await log.AppendAsync(entry, CancellationToken.None);
        }
        catch (TurnException error)
        {
            NotWritten(logger, entry.Request, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit log could not be written for request {Request}")]
    private static partial void NotWritten(ILogger logger, string request, Exception error);
}
