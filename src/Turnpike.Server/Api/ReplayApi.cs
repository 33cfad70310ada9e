using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Recordings;

namespace Turnpike.Server.Api;

/// <summary>Turns that are run again from their recordings.</summary>
internal static class ReplayApi
{
    public static void MapReplay(this WebApplication app) => app.MapPost("/api/turns/{id}/replay", ReplayAsync).WithTags("Turns").RequireScope(Scopes.Turns)
        .Describe("replayTurn", "Run a turn again from its recording", "Without the network, without tools, and without keeping anything: tells what differs from what is kept. 404 for a turn of which nothing was recorded.").Answers<ReplayReport>();

    private static async Task ReplayAsync(HttpContext http, string id, TurnReplay replay)
    {
        var (user, organization) = (Caller.User(http), Caller.Organization(http));
        var report = await replay.ReplayAsync(id, For, http.RequestAborted);
        await Answer.WriteAsync(http, report, TurnpikeJson.Relaxed.ReplayReport);

        // The variables that another user has now are nobody else's to see: without "admin" a turn is run again for whoever asks.
        TurnRequest For(TurnRequest request) => ProjectAccess.IsBound ? request with { User = user, Organization = organization } : request with { User = request.User ?? user, Organization = request.Organization ?? organization };
    }
}
