using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Usage;

namespace Turnpike.Server.Api;

/// <summary>What turns used: tokens, money, time.</summary>
internal static class UsageApi
{
    public static void MapUsage(this WebApplication app) => app.MapGet("/api/usage", SumAsync).WithTags("Usage").RequireScope(Scopes.Usage)
        .Describe("readUsage", "Sum usage", "Tokens, cost and latency of the turns that began in a period and have ended.")
        .Query("from", "A day or a moment; without it, 30 days before the end.").Query("to", "A day, which then belongs to the period, or a moment; without it, now.")
        .Query("by", "model (unless told), prompt, project, key, day; several with commas between them.").Answers<UsageReport>();

    private static async Task SumAsync(HttpContext http, IUsageStore usage, KeyRing ring, TimeProvider time)
    {
        var (from, to) = UsagePeriod.Read(Query.Text(http, "from"), Query.Text(http, "to"), time.GetUtcNow());
        var by = Query.Text(http, "by") ?? "model";
        var query = new UsageQuery(from, to, UsageQuery.ParseBy(by) ?? throw new TurnException(TurnErrorCode.RequestInvalid, $"\"by\" is \"{by}\"; it must be model, prompt, project, key or day, or several of them with commas between.") { Field = "by" });
        await Answer.WriteAsync(http, await (await usage.SumAsync(query, http.RequestAborted)).WithKeyNamesAsync(ring, http.RequestAborted), TurnpikeJson.Relaxed.UsageReport);
    }
}
