using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Auditing;

namespace Turnpike.Server.Access;

/// <summary>
/// Keeps who asked for what change, after it was done and before it is answered, so that whoever has the answer reads the line: every request that is no reading, of a route that
/// <see cref="Audited"/> covers, whether it was done or refused. A route says nothing for it, unless its address does not tell what it changed. All other changes, of turns and of the host's own
/// code, the stores tell of themselves.
/// </summary>
internal static partial class Audit
{
    private static readonly string[] NotKept = ["/api/turns", "/api/conversations", "/api/files", "/api/triggers", "/api/chat", "/api/agui", "/v1/chat", "/v1/responses", "/v1/conversations", "/v1/files", "/v1/models", "/mcp", "/health", "/api/session"];

    /// <summary>What of a query says where a change was made, or that there was none.</summary>
    private static readonly string[] Asked = ["project", "dryRun"];

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
            var (isKept, outcome) = (false, 0);
            http.Response.OnStarting(() => KeepOnceAsync(outcome >= 400 && http.Response.StatusCode < 400 ? outcome : http.Response.StatusCode)); // of a fault that nobody is left to be told of, the status says nothing
            http.Response.OnCompleted(() => KeepOnceAsync(outcome)); // an answer that never started, for its client has left
            try
            {
                using (AuditScope.Told()) await next(http);
                outcome = http.Response.StatusCode;
            }
            catch (Exception error)
            {
                outcome = error is TurnException known ? Http.ErrorTable.Status(known.Code) : StatusCodes.Status499ClientClosedRequest;
                throw;
            }

            Task KeepOnceAsync(int status)
            {
                if (isKept) return Task.CompletedTask;
                isKept = true;
                return status == StatusCodes.Status401Unauthorized ? Task.CompletedTask : KeepAsync(log, logger, http, Entries(http, status, time.GetUtcNow())); // of strangers the server's own log tells
            }
        });
    }

    /// <summary>What this request changed, as the paths of the API, where neither its own path nor the header <c>Location</c> tells: an entry for each.</summary>
    public static void Tell(HttpContext http, params IEnumerable<string> targets) => http.Items[typeof(Audit)] = targets.ToList();

    private static bool Audited(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || http.GetEndpoint() is not RouteEndpoint { Metadata: var said } || said.GetMetadata<EndpointNameMetadata>()?.EndpointName == "validatePrompt") return false;
        var path = http.Request.Path.Value ?? "";
        return !NotKept.Any(start => path.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (path.Length == start.Length || path[start.Length] == '/'));
    }

    private static List<AuditEntry> Entries(HttpContext http, int status, DateTimeOffset now)
    {
        var visitor = Visitor.Of(http);
        var entry = new AuditEntry
        {
            At = now,
            Who = visitor.Name,
            Key = visitor.Key?.Id,
            User = Api.Caller.User(http),
            Action = http.GetEndpoint() is { Metadata: var said } ? said.GetMetadata<AuditedAs>()?.Action ?? said.GetMetadata<EndpointNameMetadata>()?.EndpointName ?? http.Request.Method : http.Request.Method,
            Target = "",
            Status = status,
            Request = http.TraceIdentifier,
        };
        var asked = Asked.Select(name => (Name: name, Value: Http.Query.Text(http, name))).Where(one => one.Value is not (null or "false")).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}");
        var query = string.Join('&', asked) is { Length: > 0 } all ? "?" + all : "";
        return [.. Targets(http, status).Select(target => entry with { Target = target + query })];
    }

    /// <summary>What was made stands in the answer; what was not done, only in the address that was asked.</summary>
    private static List<string> Targets(HttpContext http, int status)
    {
        if (http.Items[typeof(Audit)] is List<string> { Count: > 0 } told) return told;
        return [status == StatusCodes.Status201Created && http.Response.Headers.Location.ToString() is { Length: > 0 } made ? made : http.Request.Path.Value ?? ""];
    }

    /// <summary>What was done is done: a log that cannot be written is told of, and takes nothing back.</summary>
    private static async Task KeepAsync(IAuditLog log, ILogger logger, HttpContext http, List<AuditEntry> entries)
    {
        try
        {
            using (OrganizationScope.Enter(Visitor.Of(http).Organization))
            {
                foreach (var entry in entries) await log.AppendAsync(entry, CancellationToken.None);
            }
        }
        catch (Exception error)
        {
            NotWritten(logger, http.TraceIdentifier, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit log could not be written for request {Request}")]
    private static partial void NotWritten(ILogger logger, string request, Exception error);
}
