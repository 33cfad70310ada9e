using System.Text.Json;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Api;

/// <summary>Reading who did what.</summary>
internal static class AuditApi
{
    private const int Most = 10_000;
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    public static void MapAudit(this WebApplication app) => app.MapGet("/api/audit", ReadAsync).WithTags("Keys").RequireScope(Scopes.Admin)
        .Describe("readAudit", "Read the audit log", "JSON lines, oldest first: {number, at, who, key?, user?, action, target, status, request}. Only of one's organization.")
        .Query("after", "The number of the last line that the reader has.", isNumber: true).Query("limit", "Lines, 1 to 10000; 1000 unless told.", isNumber: true).AnswersText("application/x-ndjson");

    private static async Task ReadAsync(HttpContext http, IAuditLog log)
    {
        var entries = await log.ReadAsync(Query.Number(http, "after", 0, 0, int.MaxValue), Query.Number(http, "limit", 1000, 1, Most), http.RequestAborted);
        http.Response.ContentType = "application/x-ndjson";
        foreach (var entry in entries)
        {
            await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(entry, AccessJson.Relaxed.AuditEntry), http.RequestAborted);
            await http.Response.Body.WriteAsync(LineFeed, http.RequestAborted);
        }
    }
}
