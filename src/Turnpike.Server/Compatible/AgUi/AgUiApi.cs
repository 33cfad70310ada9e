using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Compatible.AgUi;

/// <summary>Runs of agent user interfaces (AG-UI 1.0): one turn each, told as the protocol's events.</summary>
internal static class AgUiApi
{
    public const string Path = "/api/agui";

    public static void MapAgUi(this WebApplication app) => app.MapPost(Path, RunAsync).RequireScope(Scopes.Turns).ExcludeFromDescription();

    private static async Task RunAsync(HttpContext http, AgUiRuns runs, TurnRunner runner, TimeProvider time)
    {
        var body = await Body.ObjectAsync(http);
        var turns = new FaceTurns(runner, time);
        var started = await runs.EarlierAsync(http, body) ?? await turns.StartAsync(http, await runs.ReadAsync(http, body));
        await turns.StreamAsync(http, started, new AgUiEvents(AgUiRuns.Values(body), started.Turn.Variables));
    }
}
