using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Responses: one turn each; whatever turn it is can be read as one.</summary>
internal static class ResponsesApi
{
    private static readonly TimeSpan CancelWait = TimeSpan.FromSeconds(2);

    public static void MapResponses(this WebApplication app)
    {
        var responses = app.MapGroup("/v1/responses").RequireScope(Scopes.Turns).ExcludeFromDescription();
        responses.MapPost("", CreateAsync);
        responses.MapGet("", WebSocketAsync);
        responses.MapPost("input_tokens", CountAsync);
        responses.MapPost("compact", CompactAsync);
        responses.MapGet("{id}", GetAsync);
        responses.MapDelete("{id}", DeleteAsync);
        responses.MapPost("{id}/cancel", CancelAsync);
        responses.MapGet("{id}/input_items", InputItemsAsync);
    }

    private static async Task CreateAsync(HttpContext http, ResponseRequests requests, EarlierTurns earlier, TurnRunner runner, TimeProvider time, ITurnLog log, ReasoningSeal seal)
    {
        var body = await Body.ObjectAsync(http);
        var turns = new FaceTurns(runner, time);
        var started = await earlier.FindAsync(http, new(body)) ?? await turns.StartAsync(http, await requests.ReadAsync(http, body));
        var isBackground = body.Truth("background") == true;
        if (body.Truth("stream") == true) await turns.StreamAsync(http, started, new ResponseEvents(seal: seal.Seal), isBackground ? OnDisconnect.Continue : null);
        else if (isBackground) await WriteNowAsync(http, started.Turn, runner, log);
        else await WriteAsync(http, await turns.EventsAsync(http, started), started, hasNative: body.Object("turnpike") is not null);
    }

    private static Task WriteAsync(HttpContext http, IReadOnlyList<TurnEvent> events, StartedTurn started, bool hasNative)
    {
        var failed = events[^1] is TurnFailed or TurnInterrupted ? FaceTurns.Fault(events[^1], started) : null;
        return failed is null ? WriteAsync(http, events, status: null, hasNative) : Problem.WriteAsync(http, failed);
    }

    private static Task WriteAsync(HttpContext http, IReadOnlyList<TurnEvent> events, string? status, bool hasNative = false, bool seals = false) => Answer.WriteAsync(http, writer =>
    {
        using var response = ResponseEvents.Of(events, http.RequestServices.GetRequiredService<ReasoningSeal>().Seal, seals);
        if (!hasNative)
        {
            response.WriteResponse(writer, status);
            return;
        }
        var json = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var inner = new Utf8JsonWriter(json, Turns.Json.TurnpikeJson.Writer)) response.WriteResponse(inner, status);
        using var whole = JsonDocument.Parse(json.WrittenMemory);
        writer.WriteStartObject();
        foreach (var member in whole.RootElement.EnumerateObject()) member.WriteTo(writer);
        NativeMembers.Write(writer, events);
        writer.WriteEndObject();
    });

    /// <summary>The response as it is now: what the log holds, and what runs here.</summary>
    private static async Task WriteNowAsync(HttpContext http, Turn turn, TurnRunner runner, ITurnLog log, bool seals = false)
    {
        if (turn.Status == TurnStatus.Queued) await WriteAsync(http, [FaceEvents.Waiting(turn, await runner.QueuedFaceAsync(turn.Id, http.RequestAborted))], "queued");
        else await WriteAsync(http, turn.HasEnded ? await FaceEvents.ReadAsync(log, turn.Id, http.RequestAborted) : await NowAsync(turn.Id, runner, http.RequestAborted), null, seals: seals);
    }

    private static async Task<IReadOnlyList<TurnEvent>> NowAsync(string turn, TurnRunner runner, CancellationToken cancellationToken)
    {
        await foreach (var batch in runner.SubscribeAsync(turn, 0, cancellationToken)) return batch; // the first batch is what is there
        return [];
    }

    private static async Task GetAsync(HttpContext http, string id, TurnRunner runner, TimeProvider time, ITurnStore store, ITurnLog log, ReasoningSeal seal)
    {
        var turn = await FindAsync(store, id, http.RequestAborted);
        TurnHeaders.Stamp(http, turn);
        var seals = http.Request.Query["include[]"].Concat(http.Request.Query["include"]).Contains("reasoning.encrypted_content", StringComparer.Ordinal);
        if (!Query.Truth(http, "stream"))
        {
            await WriteNowAsync(http, turn, runner, log, seals: seals);
            return;
        }
        var after = Query.Text(http, "starting_after") is { } text ? long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : throw Given.Invalid("starting_after", $"\"starting_after\" is \"{text}\"; it must be the number of an event.") : -1;
        await new FaceTurns(runner, time).StreamAsync(http, turn.Id, OnDisconnect.Continue, new ResponseEvents(after, seal.Seal, seals && after < 0)); // who goes on from a number reads the events that were numbered
    }

    private static async Task CancelAsync(HttpContext http, string id, TurnRunner runner, TimeProvider time, ITurnStore store, ITurnLog log)
    {
        var turn = await FindAsync(store, id, http.RequestAborted);
        if (!turn.HasEnded)
        {
            await runner.CancelAsync(turn.Id, http.RequestAborted);
            await Task.WhenAny(runner.WaitAsync(turn.Id, http.RequestAborted), Task.Delay(CancelWait, time, http.RequestAborted));
            turn = await FindAsync(store, id, http.RequestAborted);
        }
        TurnHeaders.Stamp(http, turn);
        await WriteNowAsync(http, turn, runner, log);
    }

    private static async Task DeleteAsync(HttpContext http, string id, TurnRunner runner, ITurnStore store, ConversationCompaction compaction)
    {
        var turn = await FindAsync(store, id, http.RequestAborted);
        if (!turn.HasEnded)
        {
            await runner.CancelAsync(turn.Id, http.RequestAborted);
            if ((await runner.WaitAsync(turn.Id, http.RequestAborted)).Status == TurnStatus.Waiting) await runner.CancelAsync(turn.Id, http.RequestAborted); // it came to wait on another node before that one heard
        }
        if (!await store.ForgetAsync(turn.Id, http.RequestAborted) && await store.FindAsync(turn.Id, http.RequestAborted) is not null)
            throw new TurnException(TurnErrorCode.ConversationBusy, $"Response \"{id}\" has not ended yet, so nothing of it was deleted. Delete it again in a moment.") { Field = "response_id" };
        await compaction.ForgetOfAsync(turn.Conversation, [turn.Id], http.RequestAborted);
        await Deleted.WriteAsync(http, id, "response");
    }

    private static async Task InputItemsAsync(HttpContext http, string id, ITurnStore store, ITurnLog log)
    {
        var items = (await ItemLists.InputAsync(await FindAsync(store, id, http.RequestAborted), log, http.RequestAborted)).Items;
        var page = PageQuery.Read(http, most: 100);
        await ItemLists.WritePageAsync(http, items, page.After, page.Limit, page.Order);
    }

    private static async Task CountAsync(HttpContext http, ResponseRequests requests, GivenFiles files, TurnRunner runner)
    {
        var request = await requests.ReadAsync(http, await Body.ObjectAsync(http));
        var prepared = await runner.PreviewAsync(await files.LoadAsync(request, http.RequestAborted), http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "response.input_tokens"u8);
            writer.WriteNumber("input_tokens"u8, prepared.Tokens);
            writer.WriteEndObject();
        });
    }

    private static Task CompactAsync(HttpContext http) => Problem.WriteAsync(http, Problem.Of(404, "request_invalid", "Responses are not compacted here: history is cut to what the model reads by itself."));

    private static Task WebSocketAsync(HttpContext http) => Problem.WriteAsync(http, Problem.Of(404, "request_invalid", "There is no list of responses, and no WebSocket; read a stream with GET /v1/responses/{id}?stream=true."));

    private static async ValueTask<Turn> FindAsync(ITurnStore store, string id, CancellationToken cancellationToken) =>
        (id.StartsWith("resp_", StringComparison.Ordinal) ? await store.FindAsync("turn_" + id["resp_".Length..], cancellationToken) : null) is { Forgotten: false } turn
            ? turn : throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no response \"{id}\".") { Field = "response_id" };
}
