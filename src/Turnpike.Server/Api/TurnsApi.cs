using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Compatible;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Server.Api;

/// <summary>Submitting, previewing, following and cancelling turns.</summary>
internal static class TurnsApi
{
    public static void MapTurns(this WebApplication app)
    {
        var turns = app.MapGroup("/api/turns").WithTags("Turns").RequireScope(Scopes.Turns);
        turns.MapPost("", SubmitAsync).Sends("Location", 202).Sends("Preference-Applied", 202).SendsTurn().Describe("submitTurn", "Submit a turn", "Accept: text/event-stream streams its events; Prefer: respond-async answers 202 at once; otherwise the finished turn is the answer, or the problem that ended it; 202 and the turn when tool calls wait for somebody.")
            .Header("Prefer", "respond-async: do not wait.").Header("Idempotency-Key", "The same as idempotencyKey in the body.").Takes<TurnRequest>().Answers<Turn>().Answers<Turn>(202).AnswersEvents();
        turns.MapPost("preview", PreviewAsync).Describe("previewTurn", "Preview a turn", "Everything before the model and nothing after it: {request, sources, trace, variables, parameters, triggers, packing, warnings, tokens, actions, prompt?}.").Switch("begin", "true: the first turn of a conversation that POST /api/conversations begins with these variables.").Takes<TurnRequest>().AnswersShape(OpenApiAnswers.Preview);
        turns.MapGet("{id}", GetAsync).SendsTurn().Describe("readTurn", "Read a turn", "As kept, with usage, cost and status; a running one as it was saved.").Answers<Turn>();
        turns.MapGet("{id}/events", EventsAsync).SendsTurn().Describe("followTurn", "Follow a turn", "Its events after a number, then live until the end.").Query("after", "The number of the last event that the reader has.", isNumber: true).Header("Last-Event-ID", "The same, as browsers send it; the later of the two counts.").AnswersEvents();
        turns.MapGet("{id}/trace", TraceAsync).SendsTurn().Describe("readTrace", "Read a turn's trace", "[{station, milliseconds, changes: [{path, before, after, source, span?}], warnings?, packing?, variables?, parameters?}]: what each station changed, in order; the station messages also tells what did not fit, and what each layer said of the values.").Answers<IReadOnlyList<TraceStation>>();
        turns.MapGet("{id}/request", RequestAsync).SendsTurn().Describe("readRequest", "Read what a turn sent", "{model, messages, tools, parameters, sources?, standIns?}: the model request of its first step, in a preview's form, with where each stretch of its messages came from; standIns has what was composed for models that stood in, each under its own model.").AnswersShape(nameof(ModelRequest));
        turns.MapPost("{id}/cancel", CancelAsync).SendsTurn().Describe("cancelTurn", "Cancel a turn", "Idempotent; what the model had said is kept.").Answers<Turn>(202);
    }

    private static async Task SubmitAsync(HttpContext http, TurnRunner runner, TimeProvider time)
    {
        await RunAsync(http, await ReadAsync(http), runner, time);
    }

    /// <summary>Runs a turn and answers as the caller asked for: a stream, 202, or the finished turn.</summary>
    internal static async Task RunAsync(HttpContext http, TurnRequest request, TurnRunner runner, TimeProvider time)
    {
        request = From(http, request);
        var started = await runner.StartAsync(request, http.RequestAborted);
        TurnHeaders.Stamp(http, started.Turn);
        await FaceTurns.RequireAnswerAsync(runner, started, http.RequestAborted);
        try
        {
            if (Wants.Events(http.Request)) await EventStream.WriteAsync(http, time, runner.SubscribeAsync(started.Turn.Id, 0, isPrompt: true, http.RequestAborted), EventStream.IsFirstThere(started));
            else if (Asks(http.Request.Headers["Prefer"], "respond-async")) await AcceptAsync(http, started.Turn);
            else await WaitAsync(http, runner, started);
        }
        finally
        {
            if (started.OnDisconnect == OnDisconnect.Cancel && http.RequestAborted.IsCancellationRequested && !runner.IsStopping) await runner.CancelAsync(started.Turn.Id, CancellationToken.None);
        }
    }

    private static Task AcceptAsync(HttpContext http, Turn turn)
    {
        http.Response.Headers.Location = "/api/turns/" + turn.Id;
        http.Response.Headers["Preference-Applied"] = "respond-async";
        return Answer.WriteAsync(http, turn, TurnpikeJson.Relaxed.Turn, 202);
    }

    private static async Task WaitAsync(HttpContext http, TurnRunner runner, StartedTurn started)
    {
        FaceTurns.RequireHere(runner, started);
        var ended = await runner.WaitAsync(started.Turn.Id, http.RequestAborted);
        TurnHeaders.Stamp(http, ended);
        if (ended.Status == TurnStatus.Waiting) http.Response.Headers.Location = "/api/turns/" + ended.Id;
        if (ended.Status == TurnStatus.Waiting) await Answer.WriteAsync(http, ended, TurnpikeJson.Relaxed.Turn, 202);
        else await (ended.Status == TurnStatus.Completed ? Answer.WriteAsync(http, ended, TurnpikeJson.Relaxed.Turn) : Problem.WriteAsync(http, Problem.Again(Problem.Of(ended), started)));
    }

    private static async Task PreviewAsync(HttpContext http, TurnRunner runner)
    {
        var request = await ReadAsync(http);
        await ShowAsync(http, Query.Truth(http, "begin") ? Begun(request) : request, runner);
    }

    /// <summary>The first turn of a conversation that is begun with the request's values.</summary>
    private static TurnRequest Begun(TurnRequest request) => request.Conversation is null ? request with { BegunWith = request.Variables, Variables = new Dictionary<string, JsonElement>() }
        : throw new TurnException(TurnErrorCode.RequestInvalid, "\"begin\" previews the first turn of a new conversation, and the request names one. Leave \"conversation\" out, or \"begin\".") { Field = "begin" };

    /// <summary>Answers with everything that a turn would do before the model.</summary>
    internal static async Task ShowAsync(HttpContext http, TurnRequest request, TurnRunner runner)
    {
        var prepared = await runner.PreviewAsync(From(http, request), http.RequestAborted);
        await Answer.WriteAsync(http, writer => PreviewJson.Write(writer, prepared));
    }

    private static async Task GetAsync(HttpContext http, string id, ITurnStore turns, IOpenCallStore calls)
    {
        var turn = await FindAsync(turns, id, http.RequestAborted);
        await AnswerAsync(http, turn.Status == TurnStatus.Waiting ? AcceptedAnswers.Onto(turn, await calls.AnsweredAsync(id, http.RequestAborted)) : turn);
    }

    private static async Task EventsAsync(HttpContext http, string id, TurnRunner runner, ITurnStore turns, TimeProvider time)
    {
        var after = Query.After(http);
        TurnHeaders.Stamp(http, await FindAsync(turns, id, http.RequestAborted));
        await EventStream.WriteAsync(http, time, runner.SubscribeAsync(id, after, isPrompt: true, http.RequestAborted));
    }

    private static async Task TraceAsync(HttpContext http, string id, ITurnStore turns)
    {
        TurnHeaders.Stamp(http, await FindAsync(turns, id, http.RequestAborted));
        await Answer.WriteAsync(http, await turns.TraceAsync(id, http.RequestAborted) ?? throw NotFound(id));
    }

    private static async Task RequestAsync(HttpContext http, string id, ITurnStore turns)
    {
        var turn = await FindAsync(turns, id, http.RequestAborted);
        TurnHeaders.Stamp(http, turn);
        if (await turns.RequestAsync(id, http.RequestAborted) is not { } sent) throw NotFound(id);
        if (sent.IsEmpty) throw Unsent(turn);
        await Answer.WriteAsync(http, WithSources(sent, await turns.TraceAsync(id, http.RequestAborted)));
    }

    private static TurnException Unsent(Turn turn)
    {
        var why = turn.HasEnded ? $"never began: it left its queue {turn.Status.ToString().ToLowerInvariant()}, and nothing was sent to a model. Retry it to have it answered." : "stands in its queue, and nothing was sent to a model yet. Ask again when it has begun.";
        return new(TurnErrorCode.TurnNotFound, $"Turn \"{turn.Id}\" {why}") { Field = "id" };
    }

    /// <summary>A request with where its messages came from, which its trace knows.</summary>
    private static ReadOnlyMemory<byte> WithSources(ReadOnlyMemory<byte> sent, ReadOnlyMemory<byte>? trace)
    {
        if (trace is not { } kept || sent.Length <= 2) return sent;
        using var stations = JsonDocument.Parse(kept);
        var made = stations.RootElement.EnumerateArray().FirstOrDefault(station => station.Text("station") == "messages");
        if (made.ValueKind != JsonValueKind.Object || made.Member("sources") is not { } sources) return sent;
        return (byte[])[.. sent.Span[..^1], .. ",\"sources\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(sources, TurnpikeJson.Relaxed.JsonElement), (byte)'}'];
    }

    private static async Task CancelAsync(HttpContext http, string id, TurnRunner runner, ITurnStore turns)
    {
        await runner.CancelAsync(id, http.RequestAborted);
        await AnswerAsync(http, await FindAsync(turns, id, http.RequestAborted), 202);
    }

    private static Task AnswerAsync(HttpContext http, Turn turn, int status = 200)
    {
        TurnHeaders.Stamp(http, turn);
        return Answer.WriteAsync(http, turn, TurnpikeJson.Relaxed.Turn, status);
    }

    private static async ValueTask<TurnRequest> ReadAsync(HttpContext http)
    {
        return From(http, await Body.ReadAsync(http, TurnpikeJson.Relaxed.TurnRequest));
    }

    /// <summary>The request with what the headers say.</summary>
    private static TurnRequest From(HttpContext http, TurnRequest request) =>
        request with { User = Caller.User(http), Organization = Caller.Organization(http), Owner = FaceRequest.Owner(http), IdempotencyKey = Key(http, request.IdempotencyKey) };

    /// <summary>The idempotency key that the header or the body says.</summary>
    internal static string? Key(HttpContext http, string? said)
    {
        if (http.Request.Headers["Idempotency-Key"].ToString() is not { Length: > 0 } key) return said;
        if (said is not null && said != key) throw new TurnException(TurnErrorCode.RequestInvalid, $"The header Idempotency-Key says \"{key}\" and the body says \"{said}\". Send one of them.") { Field = "idempotencyKey" };
        return key;
    }

    private static bool Asks(Microsoft.Extensions.Primitives.StringValues header, string word) => header.Any(value => value?.Contains(word, StringComparison.OrdinalIgnoreCase) == true);

    private static async ValueTask<Turn> FindAsync(ITurnStore turns, string id, CancellationToken cancellationToken) => await turns.FindAsync(id, cancellationToken) ?? throw NotFound(id);

    private static TurnException NotFound(string id) => new(TurnErrorCode.TurnNotFound, $"There is no turn \"{id}\".") { Field = "id" };
}
