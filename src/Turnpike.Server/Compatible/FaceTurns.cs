using Turnpike.Pipeline;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible;

/// <summary>Runs the turns of a face: streams them through a projection, or hands over all events when they are there.</summary>
internal sealed class FaceTurns(TurnRunner runner, TimeProvider time)
{
    public TurnRunner Runner => runner;

    /// <summary>Starts a turn and stamps its answer.</summary>
    public async Task<StartedTurn> StartAsync(HttpContext http, TurnRequest request)
    {
        request = await http.RequestServices.GetRequiredService<GivenFiles>().LoadAsync(request, http.RequestAborted);
        var started = await runner.StartAsync(request, http.RequestAborted);
        TurnHeaders.Stamp(http, started.Turn);
        return started;
    }

    /// <summary>What becomes of a turn when its client leaves: what is not kept is not made to its end, unless somebody says so.</summary>
    public static OnDisconnect Leaving(StartedTurn started) => Leaving(started.OnDisconnect, started.Turn);

    /// <summary>What becomes of a turn when its client leaves, after what was said of it.</summary>
    public static OnDisconnect Leaving(OnDisconnect? said, Turn turn) => said ?? (turn.Store == false ? OnDisconnect.Cancel : OnDisconnect.Continue);

    /// <summary>Streams a turn that a request began, or began before.</summary>
    /// <exception cref="TurnException"><c>idempotency_conflict</c>: its answer is gone.</exception>
    public async Task StreamAsync(HttpContext http, StartedTurn started, Projection projection, OnDisconnect? leaves = null)
    {
        await RequireAnswerAsync(runner, started, http.RequestAborted);
        await StreamAsync(http, started.Turn.Id, leaves ?? Leaving(started), projection, EventStream.IsFirstThere(started));
    }

    /// <summary>Streams a turn's events through a projection; a client that leaves cancels the turn if the request says so.</summary>
    public Task StreamAsync(HttpContext http, string turn, OnDisconnect onDisconnect, Projection projection) => StreamAsync(http, turn, onDisconnect, projection, isFirstThere: false);

    private async Task StreamAsync(HttpContext http, string turn, OnDisconnect onDisconnect, Projection projection, bool isFirstThere)
    {
        try
        {
            await EventStream.WriteAsync(http, time, UntilOver(runner.SubscribeAsync(turn, 0, isPrompt: true, http.RequestAborted), projection), projection.Project, isFirstThere);
        }
        finally
        {
            projection.Dispose();
            await LeaveAsync(http, turn, onDisconnect);
        }
    }

    /// <summary>All events of a turn that a request began, or began before, when it has ended.</summary>
    /// <exception cref="TurnException"><c>idempotency_conflict</c>: its answer is gone.</exception>
    public async Task<IReadOnlyList<TurnEvent>> EventsAsync(HttpContext http, StartedTurn started)
    {
        await RequireAnswerAsync(runner, started, http.RequestAborted);
        RequireHere(runner, started);
        var turn = started.Turn.Id;
        try
        {
            var events = new List<TurnEvent>();
            await foreach (var batch in runner.SubscribeAsync(turn, 0, http.RequestAborted)) events.AddRange(batch);
            if (events is not [.., { IsFinal: true }] && runner.IsStopping) throw new TurnException(TurnErrorCode.ShuttingDown, $"The server is stopping before turn \"{turn}\" has ended. Read it again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
            return FaceEvents.Whole(events);
        }
        finally
        {
            await LeaveAsync(http, turn, Leaving(started));
        }
    }

    /// <summary>The problem of a turn that a request began, or began before, and that ended badly; null when it ended well.</summary>
    public static ProblemBody? Fault(TurnEvent last, StartedTurn started) => Fault(last) is { } fault ? Problem.Again(fault, started) : null;

    /// <summary>The problem of a turn that ended badly; null when it ended well.</summary>
    public static ProblemBody? Fault(TurnEvent last)
    {
        var (status, code, message, retryable) = last switch
        {
            TurnFailed failed => (ErrorTable.Status(ErrorTable.Code(failed.Code)), failed.Code, failed.Message, failed.Retryable),
            TurnCancelled => (409, "turn_cancelled", "The turn was cancelled; what the model had said is kept.", true),
            TurnInterrupted => (502, "turn_interrupted", "The turn was interrupted: its node went away. What the model had said is kept.", true),
            _ => (0, "", "", false),
        };
        return status == 0 ? null : Problem.Of(status, code, message) with { Turn = last.Turn, Conversation = last.Conversation, Message = message, Retryable = retryable, RetryAfter = (last as TurnFailed)?.RetryAfter };
    }

    private static async IAsyncEnumerable<IReadOnlyList<TurnEvent>> UntilOver(IAsyncEnumerable<IReadOnlyList<TurnEvent>> batches, Projection projection)
    {
        var isFirst = true;
        await foreach (var batch in batches)
        {
            yield return isFirst ? FaceEvents.Whole(batch) : batch;
            isFirst = false;
            if (projection.IsOver) yield break;
        }
    }

    /// <summary>What is not stored can be asked for again as long as its node remembers it, and no answer is not an empty one.</summary>
    /// <exception cref="TurnException"><c>idempotency_conflict</c>: the answer is gone.</exception>
    public static async Task RequireAnswerAsync(TurnRunner runner, StartedTurn started, CancellationToken cancellationToken)
    {
        if (started is not { Replayed: true, Turn: { Status: TurnStatus.Completed } turn } || turn is { Store: not false, Forgotten: false }) return;
        await foreach (var batch in runner.SubscribeAsync(turn.Id, 0, cancellationToken)) if (batch is [TurnStarted, ..]) return; else break;
        throw new TurnException(TurnErrorCode.IdempotencyConflict, $"Turn \"{turn.Id}\" of this idempotency key has ended, and its answer was not stored. Send the request with a new key to have it answered anew.") { Field = "idempotencyKey" };
    }

    /// <summary>Whoever waits for a whole answer hears at once that it will never come to be here: what is not stored is told whole by the node that makes it, and by no other.</summary>
    /// <exception cref="TurnException"><c>idempotency_conflict</c>: another node makes the answer, and it is not stored.</exception>
    public static void RequireHere(TurnRunner runner, StartedTurn started)
    {
        if (started is { Replayed: true, Turn: { Store: false, HasEnded: false, Status: not TurnStatus.Waiting } turn } && !runner.Holds(turn.Id))
            throw new TurnException(TurnErrorCode.IdempotencyConflict, $"Turn \"{turn.Id}\" of this idempotency key runs on another node, and is not stored: its answer can be had there alone. Follow it (GET /api/turns/{turn.Id}/events), or send the request with a new key to have it answered anew.") { Field = "idempotencyKey" };
    }

    /// <summary>A server that stops sends its clients away; that is not their wish.</summary>
    private async Task LeaveAsync(HttpContext http, string turn, OnDisconnect onDisconnect)
    {
        if (onDisconnect == OnDisconnect.Cancel && http.RequestAborted.IsCancellationRequested && !runner.IsStopping) await runner.CancelAsync(turn, CancellationToken.None);
    }
}
