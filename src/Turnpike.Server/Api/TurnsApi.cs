using Turnpike.Pipeline;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>Submitting, previewing, following and cancelling turns.</summary>
internal static class TurnsApi
{
    public static void MapTurns(this WebApplication app)
    {
        var turns = app.MapGroup("/api/turns").WithTags("Turns");
        turns.MapPost("", SubmitAsync).Describe("Submit a turn", "Accept: text/event-stream streams its events; Prefer: respond-async answers 202 at once; otherwise the finished turn is the answer.", typeof(TurnRequest), typeof(Turn));
        turns.MapPost("preview", PreviewAsync).Describe("Preview a turn", "Everything before the model and nothing after it: the exact request, the trace, each variable explained.", typeof(TurnRequest));
        turns.MapGet("{id}", GetAsync).Describe("Read a turn", "The turn as kept, with usage, cost and status.", null, typeof(Turn));
        turns.MapGet("{id}/events", EventsAsync).Describe("Follow a turn", "Server-sent events after ?after=N or Last-Event-ID, then live until the end.");
        turns.MapGet("{id}/trace", TraceAsync).Describe("Read a turn's trace", "What each station changed, in order, with source and span.");
        turns.MapPost("{id}/cancel", CancelAsync).Describe("Cancel a turn", "Idempotent; what the model had said is kept.");
    }

    private static async Task SubmitAsync(HttpContext http, TurnRunner runner)
    {
        var request = await ReadAsync(http);
        var started = await runner.StartAsync(request, http.RequestAborted);
        Stamp(http, started.Turn);
        if (Accepts(http, "text/event-stream"))
        {
            await FollowAsync(http, runner, started.Turn, request.OnDisconnect);
        }
        else if (http.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.Location = $"/api/turns/{started.Turn.Id}";
            http.Response.Headers["Preference-Applied"] = "respond-async";
            await Body.WriteAsync(http, started.Turn, TurnpikeJson.Relaxed.Turn, 202);
        }
        else
        {
            var ended = await WaitAsync(http, runner, started.Turn.Id, request.OnDisconnect);
            if (ended.Status == TurnStatus.Completed) await Body.WriteAsync(http, ended, TurnpikeJson.Relaxed.Turn);
            else await Problem.WriteAsync(http, ended);
        }
    }

    private static async Task PreviewAsync(HttpContext http, TurnRunner runner)
    {
        var prepared = await runner.PreviewAsync(await ReadAsync(http), http.RequestAborted);
        await Body.WriteAsync(http, writer => PreviewJson.Write(writer, prepared));
    }

    private static async Task GetAsync(HttpContext http, string id, ITurnStore turns) => await Body.WriteAsync(http, await FindAsync(turns, id, http.RequestAborted), TurnpikeJson.Relaxed.Turn);

    private static async Task EventsAsync(HttpContext http, string id, TurnRunner runner, ITurnStore turns)
    {
        Stamp(http, await FindAsync(turns, id, http.RequestAborted));
        await EventStream.WriteAsync(http, runner, id, After(http));
    }

    private static async Task TraceAsync(HttpContext http, string id, ITurnStore turns) => await Body.WriteAsync(http, await turns.TraceAsync(id, http.RequestAborted) ?? throw NotFound(id));

    private static async Task CancelAsync(HttpContext http, string id, TurnRunner runner, ITurnStore turns)
    {
        await runner.CancelAsync(id, http.RequestAborted);
        await Body.WriteAsync(http, await FindAsync(turns, id, http.RequestAborted), TurnpikeJson.Relaxed.Turn, 202);
    }

    private static async ValueTask<TurnRequest> ReadAsync(HttpContext http)
    {
        var request = await Body.ReadAsync(http, TurnpikeJson.Relaxed.TurnRequest) with { User = Caller.User(http), Organization = Caller.Organization(http) };
        return request.IdempotencyKey is null && http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key ? request with { IdempotencyKey = key } : request;
    }

    private static async Task FollowAsync(HttpContext http, TurnRunner runner, Turn turn, OnDisconnect leaving)
    {
        try
        {
            await EventStream.WriteAsync(http, runner, turn.Id, 0);
        }
        catch (OperationCanceledException) when (leaving == OnDisconnect.Cancel)
        {
            await runner.CancelAsync(turn.Id, CancellationToken.None);
        }
    }

    private static async Task<Turn> WaitAsync(HttpContext http, TurnRunner runner, string turn, OnDisconnect leaving)
    {
        try
        {
            return await runner.WaitAsync(turn, http.RequestAborted);
        }
        catch (OperationCanceledException) when (leaving == OnDisconnect.Cancel)
        {
            await runner.CancelAsync(turn, CancellationToken.None);
            throw;
        }
    }

    private static long After(HttpContext http)
    {
        var text = http.Request.Query["after"].ToString() is { Length: > 0 } asked ? asked : http.Request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0) return 0;
        return long.TryParse(text, out var after) && after >= 0 ? after : throw new TurnException(TurnErrorCode.RequestInvalid, $"\"after\" is \"{text}\"; it must be the number of an event, or 0.") { Field = "after" };
    }

    private static bool Accepts(HttpContext http, string type) => http.Request.Headers.Accept.Any(value => value?.Contains(type, StringComparison.OrdinalIgnoreCase) == true);

    private static async ValueTask<Turn> FindAsync(ITurnStore turns, string id, CancellationToken cancellationToken) => await turns.FindAsync(id, cancellationToken) ?? throw NotFound(id);

    private static TurnException NotFound(string id) => new(TurnErrorCode.TurnNotFound, $"There is no turn \"{id}\".") { Field = "id" };

    private static void Stamp(HttpContext http, Turn turn)
    {
        var headers = http.Response.Headers;
        headers["Turnpike-Turn"] = turn.Id;
        headers["Turnpike-Conversation"] = turn.Conversation;
        if (turn.Prompt?.Key is { } key) headers["Turnpike-Prompt"] = Uri.EscapeDataString(turn.Prompt.Version is { } version ? $"{key}@{version}" : key).Replace("%40", "@", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal);
        headers["Turnpike-Warnings"] = turn.Warnings.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
