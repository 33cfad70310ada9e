using Microsoft.Extensions.Logging;
using Turnpike.Conversations;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Tracing;

namespace Turnpike.Pipeline;

// Turns that wait for somebody outside: nobody runs them, they stand in the store until their calls are answered, on whatever node.
public sealed partial class TurnRunner
{
    /// <summary>Answers calls of a waiting turn. When the last is answered, the turn goes on here; each answer counts once.</summary>
    /// <returns>The turn as kept.</returns>
    /// <exception cref="TurnException"><c>turn_not_found</c>; <c>request_invalid</c>: no such call, or an answer of the wrong kind; <c>idempotency_conflict</c>: it was answered otherwise, or waits no longer.</exception>
    public async Task<Turn> AnswerAsync(string turn, IReadOnlyList<CallAnswer> answers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (_stopping) throw new TurnException(TurnErrorCode.ShuttingDown, "The server is stopping and takes no answers. Send it again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
        if (IsLive(turn, out var live)) await live.Running.WaitAsync(cancellationToken); // the server's own calls of the step are finished first
        await TakeAsync(turn, answers, cancellationToken);
        if (IsLive(turn, out var resumed)) await resumed.Ready.WaitAsync(cancellationToken);
        return await RequiredAsync(turn, cancellationToken);
    }

    /// <summary>What becomes of a turn when its client leaves, as the request that submitted it or its prompt says; null: neither says anything.</summary>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: the key that its request was sealed with is gone.</exception>
    public async Task<OnDisconnect?> LeavingAsync(Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (await turns.SubmittedAsync(turn.Id, cancellationToken) is not { Length: > 0 } kept) return null;
        var request = KeptRequest.Read(secrets.OpenRequest(kept)) with { Conversation = turn.Conversation, Parent = turn.Parent };
        return request.OnDisconnect ?? (await pipeline.PromptOfAsync(request, cancellationToken))?.OnDisconnect;
    }

    private async Task TakeAsync(string turn, IReadOnlyList<CallAnswer> answers, CancellationToken cancellationToken)
    {
        if (await calls.AnswerAsync(turn, answers, time.GetUtcNow(), cancellationToken)) await GoOnAsync(turn, cancellationToken);
    }

    /// <summary>Answers for those who did not in time, takes up turns whose answers came when nobody could go on with them, and ends those that were asked to end while they came to wait.</summary>
    private async Task TendWaitingAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var due in await calls.DueAsync(now, cancellationToken))
        {
            if (_stopping) return;
            try
            {
                if (due.IsCancelled) await TakeToEndAsync(due.Turn, cancellationToken);
                else if (due.CallId is null) await GoOnAsync(due.Turn, cancellationToken);
                else await TakeAsync(due.Turn, [new() { CallId = due.CallId, Approved = false, IsError = due.Kind == OpenCall.InputKind, Reason = "Nobody answered in time." }], cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                NotGoingOn(due.Turn, error);
            }
        }
    }

    /// <summary>Goes on under the key that submitted the turn, whoever answered; a turn whose key is gone fails.</summary>
    private async Task GoOnAsync(string turn, CancellationToken cancellationToken)
    {
        var kept = await KeptRoadAsync(turn, cancellationToken);
        var request = await turns.RequestAsync(turn, cancellationToken) is { } json ? KeptJson.Read(json.Span, TurnpikeJson.Relaxed.ModelRequest)! : throw NotFound(turn);
        if (await ClaimAsync(turn, kept, unanswered: false) is not var (waiting, live, recording)) return;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        live.Ready = ready.Task;
        TakeUp(live, recording, () => ResumeAsync(live, recording, waiting, request, ready));
        await SafelyAsync(CancelAskedHereAsync); // somebody may have asked for its end before it was known to run here
    }

    /// <summary>Ends a turn that does not run here: at once if it waits, else the node that runs it is asked.</summary>
    private async Task EndElsewhereAsync(string turn, CancellationToken cancellationToken)
    {
        var kept = await RequiredAsync(turn, cancellationToken);
        if (kept.HasEnded) return;
        if (kept.Status == TurnStatus.Waiting && await TakeToEndAsync(turn, cancellationToken) is { } ending) await ending;
        else await turns.RequestCancelAsync(turn, cancellationToken);
    }

    /// <summary>Ends a turn that came to wait here while somebody asked for its end.</summary>
    private async Task EndAskedAsync(string turn)
    {
        try
        {
            using var free = ProjectAccess.Free(); // whoever asked was allowed to
            await PatientlyAsync(async () => { await EndElsewhereAsync(turn, CancellationToken.None); return true; }, CancellationToken.None);
        }
        catch (Exception error)
        {
            NotGoingOn(turn, error);
        }
    }

    /// <summary>Takes a waiting turn to end it as cancelled: what completes when it has ended; null when somebody else took it.</summary>
    private async Task<Task?> TakeToEndAsync(string turn, CancellationToken cancellationToken)
    {
        if (await ClaimAsync(turn, await KeptRoadAsync(turn, cancellationToken), unanswered: true) is not var (_, live, recording)) return null;
        TakeUp(live, recording, () => pipeline.EndAsync(recording, new TurnCancelled { Reason = "asked for" }));
        return live.Running;
    }

    /// <summary>Takes a waiting turn. What is needed to go on with it was read before: once it is taken its answers are spent, and a database that goes away then must not cost the turn.</summary>
    private async Task<(WaitingTurn Waiting, LiveTurn Live, TurnRecording Recording)?> ClaimAsync(string turn, (List<TurnEvent> Events, IReadOnlyList<TraceStation> Trace) kept, bool unanswered)
    {
        if (await calls.ClaimAsync(turn, new(Node, options.Value.Lease), time.GetUtcNow(), unanswered, CancellationToken.None) is not { } waiting) return null;
        try
        {
            await ReadOnAsync(turn, kept.Events, CancellationToken.None);
        }
        catch (TurnException away)
        {
            NotReadOn(turn, away); // there is more only if somebody else went on with it, and it waited again, in this very moment
        }
        var trace = TurnTrace.Continue(kept.Trace, time);
        foreach (var secret in secrets.Open(waiting.Turn)) trace.Hide(secret);
        return (waiting, new(turn, waiting.Turn.Conversation, after: kept.Events[^1].Sequence), TurnRecording.GoOn(waiting, trace, kept.Events, log, time));
    }

    /// <summary>Lets a turn run here that waited; its readers need not follow it in the store any longer.</summary>
    private void TakeUp(LiveTurn live, TurnRecording recording, Func<Task<Turn>> run)
    {
        Run(live, recording, run);
        _follower.SendAway(live.Id);
    }

    /// <summary>Lets a turn go on that was taken; one that cannot ends as failed and says why.</summary>
    private async Task<Turn> ResumeAsync(LiveTurn live, TurnRecording recording, WaitingTurn waiting, ModelRequest request, TaskCompletionSource ready)
    {
        try
        {
            if (waiting.State.Key is not { Limits.IsNone: true }) await PatientlyAsync(async () => { await meter.GoOnAsync(live.Id); return true; }, live.Cancellation.Token);
            live.Key = await PatientlyAsync(async () => await keys.NowAsync(waiting.State.Key, CancellationToken.None), live.Cancellation.Token);
            request = secrets.Restore(request, waiting.Turn);
        }
        catch (Exception error)
        {
            return await pipeline.EndAsync(recording, EndOf(live, error));
        }
        finally
        {
            ready.SetResult();
        }
        using var submitter = KeyScope.Enter(live.Key ?? KeyScope.Current);
        return await pipeline.ResumeAsync(waiting, request, recording, live.Cancellation.Token);
    }

    private TurnEvent EndOf(LiveTurn live, Exception error)
    {
        if (error is OperationCanceledException && live.Cancellation.IsCancellationRequested) return Stopped(live);
        if (error is TurnException refused)
        {
            if (refused.OperatorMessage is { } why) CannotGoOn(live.Id, why.ReplaceLineEndings(" "));
            return new TurnFailed { Code = refused.Code.Text(), Message = refused.Message, Retryable = refused.IsRetryable, RetryAfter = refused.RetryAfterSeconds };
        }
        NotGoingOn(live.Id, error);
        return new TurnFailed { Code = TurnErrorCode.InternalError.Text(), Message = $"A fault of the server kept turn \"{live.Id}\" from going on after its calls were answered. The server's log tells more; regenerate the turn to ask again." };
    }

    /// <summary>The events and the trace of a turn that waits.</summary>
    private async Task<(List<TurnEvent> Events, IReadOnlyList<TraceStation> Trace)> KeptRoadAsync(string turn, CancellationToken cancellationToken)
    {
        var events = new List<TurnEvent>();
        await ReadOnAsync(turn, events, cancellationToken);
        if (events.Count == 0) throw NotFound(turn);
        return (events, await turns.TraceAsync(turn, cancellationToken) is { } json ? KeptJson.Read(json.Span, TurnpikeJson.Relaxed.IReadOnlyListTraceStation)! : []);
    }

    private async Task ReadOnAsync(string turn, List<TurnEvent> events, CancellationToken cancellationToken)
    {
        while (await log.ReadAsync(turn, events.Count == 0 ? 0 : events[^1].Sequence, PageSize, cancellationToken) is { Count: > 0 } more) events.AddRange(more);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Turn {Turn} waits and could not be looked after")]
    private partial void NotGoingOn(string turn, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of turn {Turn} could not be read again after the turn was taken; it goes on from what was read before")]
    private partial void NotReadOn(string turn, Exception error);
}
