using System.Text.Json;
using Microsoft.Extensions.Logging;
using Turnpike.Conversations;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
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
        if (await calls.AnswerAsync(turn, answers, time.GetUtcNow(), cancellationToken)) await GoOnAsync(turn, cancellationToken);
        return await RequiredAsync(turn, cancellationToken);
    }

    /// <summary>Answers for those who did not in time, and takes up turns whose answers came when nobody could go on with them.</summary>
    private async Task TendWaitingAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var due in await calls.DueAsync(now, cancellationToken))
        {
            try
            {
                if (due.CallId is null) await GoOnAsync(due.Turn, cancellationToken);
                else await AnswerAsync(due.Turn, [new() { CallId = due.CallId, Approved = false, IsError = due.Kind == OpenCall.InputKind, Reason = "Nobody answered in time." }], cancellationToken);
            }
            catch (TurnException error)
            {
                NotGoingOn(due.Turn, error);
            }
        }
    }

    /// <summary>Goes on under the key that submitted the turn, whoever answered; a turn whose key is gone fails.</summary>
    private async Task GoOnAsync(string turn, CancellationToken cancellationToken)
    {
        if (await calls.ClaimAsync(turn, new(Node, options.Value.Lease), time.GetUtcNow(), unanswered: false, cancellationToken) is not { } waiting) return;
        var (live, recording) = await TakeUpAsync(waiting);
        var request = JsonSerializer.Deserialize((await turns.RequestAsync(turn, CancellationToken.None))!.Value.Span, TurnpikeJson.Relaxed.ModelRequest)!;
        try
        {
            if (waiting.State.Key is not { Limits.IsNone: true }) await meter.GoOnAsync(turn);
            using var submitter = KeyScope.Enter(await keys.NowAsync(waiting.State.Key, CancellationToken.None) ?? KeyScope.Current);
            Run(live, recording, () => pipeline.ResumeAsync(waiting, secrets.Restore(request, waiting.Turn), recording, live.Cancellation.Token));
        }
        catch (TurnException refused) when (refused.Code == TurnErrorCode.Unauthorized)
        {
            Run(live, recording, () => pipeline.EndAsync(recording, new TurnFailed { Code = refused.Code.Text(), Message = refused.Message }));
        }
    }

    /// <summary>Ends a waiting turn as cancelled; false when somebody else took it.</summary>
    private async Task<bool> EndWaitingAsync(string turn, CancellationToken cancellationToken)
    {
        if (await calls.ClaimAsync(turn, new(Node, options.Value.Lease), time.GetUtcNow(), unanswered: true, cancellationToken) is not { } waiting) return false;
        var (live, recording) = await TakeUpAsync(waiting);
        Run(live, recording, () => pipeline.EndAsync(recording, new TurnCancelled { Reason = "asked for" }));
        await live.Running;
        return true;
    }

    private async Task<(LiveTurn Live, TurnRecording Recording)> TakeUpAsync(WaitingTurn waiting)
    {
        var id = waiting.Turn.Id;
        var events = new List<TurnEvent>();
        while (await log.ReadAsync(id, events.Count == 0 ? 0 : events[^1].Sequence, PageSize, CancellationToken.None) is { Count: > 0 } more) events.AddRange(more);
        var kept = await turns.TraceAsync(id, CancellationToken.None);
        var trace = TurnTrace.Continue(kept is { } json ? JsonSerializer.Deserialize(json.Span, TurnpikeJson.Relaxed.IReadOnlyListTraceStation)! : [], time);
        foreach (var secret in secrets.Open(waiting.Turn)) trace.Hide(secret);
        var recording = TurnRecording.GoOn(waiting.Turn, trace, events, log, time);
        return (new(id, waiting.Turn.Conversation, after: events[^1].Sequence), recording);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Turn {Turn} waits and could not be looked after")]
    private partial void NotGoingOn(string turn, Exception error);
}
