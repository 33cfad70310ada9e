using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Stores;

namespace Turnpike.Conversations;

/// <summary>Door 7: a turn is saved before the model is asked, and kept however it ends.</summary>
public sealed partial class TurnRecorder(ITurnStore turns, ITurnLog log, IConversationStore conversations, IOpenCallStore open, KeptParts kept, KeptSecrets secrets, TimeProvider time, IOptions<RecorderOptions> options, ILogger<TurnRecorder> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Saves the beginning of a turn. Returns null when its idempotency key began one before (<paramref name="replayed"/> hears its id).
    /// </summary>
    /// <exception cref="TurnException"><c>conversation_busy, idempotency_conflict, storage_unavailable</c>.</exception>
    public async Task<TurnRecording?> BeginAsync(PreparedTurn prepared, NodeLease lease, Action<string> replayed, CancellationToken cancellationToken)
    {
        foreach (var resource in prepared.Resources)
            if (resource.Content is { } content) await kept.KeepAsync(content, cancellationToken);
        var hidden = prepared.Draft.Trace.Secrets;
        prepared.Draft.Trace.Tell(prepared.Sources());
        var before = prepared.Given is { } given ? await kept.DetachAsync(KeptSecrets.Hide(given, hidden), cancellationToken) : null;
        var begun = BegunTurn.Of(prepared, await kept.DetachAsync(KeptSecrets.Hide(prepared.Added, hidden), cancellationToken), before, secrets.Seal(hidden), time.GetUtcNow());
        var after = BegunTurn.Conversation(prepared, begun);
        var recording = new TurnRecording(begun, prepared.Draft.Trace, begun.Warnings, log, time) { OnWait = prepared.Draft.Request.OnWait, AnswerWithin = prepared.Draft.Request.AnswerWithin, Tools = prepared.Tools, Went = BegunTurn.Went(prepared.Draft, after) };
        var started = recording.Started = recording.Place(BegunTurn.Event(prepared));
        var (between, isNew, onHead) = (prepared.Draft.Between, prepared.Draft.IsNewConversation, prepared.Draft.Request is { Parent: null, FromStart: false });
        var beginning = new TurnBeginning
        {
            Before = between is null ? null : GivenMessages.Begin(await KeptAsync(between, prepared.Draft, cancellationToken), prepared.Draft.Conversation, prepared.Draft.Request.BetweenFace is { } face ? SecretText.Hide(face, hidden) : null) with { IsNewConversation = isNew, OnHead = onHead },
            Turn = begun,
            Opened = prepared.Draft.Conversation,
            Conversation = after,
            IsNewConversation = isNew && between is null,
            OnHead = onHead,
            Submitted = secrets.SealRequest(SubmittedRequest.Of(prepared), hidden.Count > 0 || prepared.Draft.Request.Variables.Count > 0),
            Request = JsonSerializer.SerializeToUtf8Bytes(KeptSecrets.Hide(prepared.Request, hidden), TurnpikeJson.Relaxed.ModelRequest),
            Trace = prepared.Draft.Trace.Stations(),
            Started = started,
            ExternalIds = BegunTurn.ExternalIds(prepared),
            IdempotencyKey = prepared.Draft.Request.IdempotencyKey,
            RequestHash = prepared.Draft.Request.IdempotencyKey is null ? null : HashOf(prepared.Draft.Request),
            AccessKey = KeyScope.Current?.Id,
            IsQueued = prepared.Draft.Request.Id is not null,
            Node = lease.Node,
            LeaseUntil = time.GetUtcNow() + lease.Length,
        };
        if (await BeginAsync(beginning, lease, cancellationToken) is { } earlier)
        {
            replayed(earlier);
            return null;
        }
        return recording;
    }

    /// <summary>The messages that come with a turn as they are kept: like its own, without secrets and media, and for no longer.</summary>
    private async Task<Turn> KeptAsync(Turn between, TurnDraft draft, CancellationToken cancellationToken) => between with
    {
        Messages = await kept.DetachAsync(KeptSecrets.Hide(between.Messages, draft.Trace.Secrets), cancellationToken),
        Answer = SecretText.Hide(between.Answer, draft.Trace.Secrets),
        Sealed = secrets.Seal(draft.Trace.Secrets),
        Store = draft.Store,
    };

    /// <summary>Keeps what is sent to a model that stands in, before it is asked, beside what the first was sent.</summary>
    internal Task KeepRequestAsync(TurnRecording recording, ModelRequest request)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(KeptSecrets.Hide(request, recording.Trace.Secrets), TurnpikeJson.Relaxed.ModelRequest);
        return PatientlyAsync(recording.Begun.Id, () => turns.KeepRequestAsync(recording.Begun.Id, json, CancellationToken.None), CancellationToken.None);
    }

    /// <summary>Commits the beginning. Nobody waits for the answer to one that stood in a queue, so a store that is away is waited for; asked with the same beginning it knows what it has committed.</summary>
    private Task<string?> BeginAsync(TurnBeginning beginning, NodeLease lease, CancellationToken cancellationToken) => !beginning.IsQueued ? turns.BeginAsync(beginning, cancellationToken)
        : PatientlyAsync(beginning.Turn.Id, () => turns.BeginAsync(beginning with { LeaseUntil = time.GetUtcNow() + lease.Length }, cancellationToken), cancellationToken);

    /// <summary>Keeps what sticky triggers set for a conversation that there is already; false when they set nothing.</summary>
    public async Task<bool> KeepSettingsAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (draft.IsNewConversation || !BegunTurn.HasSettings(draft.State)) return false;
        var opened = draft.Conversation;
        var set = BegunTurn.WithSettings(opened, draft) with { UpdatedAt = time.GetUtcNow() };
        await conversations.UpdateAsync(opened.Id, now => ConversationMerge.Join(now, opened, set) with { Head = now.Head }, cancellationToken);
        return true;
    }

    /// <summary>Appends what happens, as it happens, and ends the turn: completed when the events end, else as what stopped them says. A turn with calls that wait is kept waiting.</summary>
    /// <param name="recording">The turn being kept.</param>
    /// <param name="happening">What happens.</param>
    /// <param name="waits">What it needs to go on, should it wait.</param>
    /// <param name="cancellationToken">Stops the turn.</param>
    /// <returns>The turn as kept.</returns>
    public async Task<Turn> KeepAsync(TurnRecording recording, IAsyncEnumerable<TurnEvent> happening, Func<WaitingState> waits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(waits);
        recording.Trace.Enter("models");
        TurnEvent last;
        try
        {
            if (!recording.GoesOn) foreach (var warning in recording.Warnings) await recording.AppendAsync(new WarningRaised { Code = warning.Code, Message = warning.Message, Span = warning.Span }, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested(); // what ends before the model is asked is kept as well
            var finish = "stop";
            OpenCall[] waiting = [];
            await foreach (var happened in happening.WithCancellation(cancellationToken))
            {
                if (happened is StepCompleted step) finish = step.FinishReason;
                else if (happened is WarningRaised { Code: "step_limit" or "budget_limit" }) finish = "limit";
                await recording.AppendAsync(Told(happened, recording), CancellationToken.None);
                if (happened is StepCompleted { Waiting.Count: > 0 }) waiting = Waiting(recording);
            }
            if (waiting.Length > 0 && recording.OnWait == OnWait.Wait) return await WaitAsync(recording, waiting, waits() with { AnswerWithin = recording.AnswerWithin, Went = recording.Went });
            if (waiting.Length > 0) await HandOverAsync(recording, waiting);
            last = new TurnCompleted { Usage = recording.Fold.Usage, Cost = recording.Fold.Cost, FinishReason = finish };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            last = recording.Interruption() is { } why ? new TurnInterrupted { Reason = why } : new TurnCancelled { Reason = "asked for" };
        }
        catch (OperationCanceledException)
        {
            last = new TurnFailed { Code = TurnFailure.TooLong.Code, Message = TurnFailure.TooLong.Message, Retryable = TurnFailure.TooLong.Retryable };
        }
        catch (TurnException error)
        {
            if (error.OperatorMessage is { } why) Failed(recording.Begun.Id, why.ReplaceLineEndings(" "));
            last = new TurnFailed { Code = error.Code.Text(), Message = SecretText.Hide(error.Message, recording.Trace.Secrets), Retryable = error.IsRetryable, RetryAfter = error.RetryAfterSeconds, Cause = error.InnerException };
        }
        catch (Exception error)
        {
            var id = Ids.New("fault");
            Broken(id, recording.Begun.Id, error);
            last = new TurnFailed { Code = TurnErrorCode.InternalError.Text(), Message = $"A fault of the server ended the turn. The server's log tells more under \"{id}\".", Cause = error };
        }
        return await EndAsync(recording, last);
    }

    /// <summary>The hash of a request, for its idempotency key: it stays the same when requests get more members.</summary>
    public static string HashOf(TurnRequest request) => request.SentHash ?? RequestHash.Of(request.Between is { } between ? request with { History = between } : request);

    /// <summary>Ends a turn.</summary>
    /// <returns>The turn as kept; one that somebody else had ended before as they kept it, and as it ended here if nothing is kept of it any more.</returns>
    public async Task<Turn> EndAsync(TurnRecording recording, TurnEvent last)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(last);
        recording.Trace.Enter("conversations");
        foreach (var cut in recording.Untold) await recording.AppendAsync(new UsageReported { Step = cut.Step, Usage = cut.Usage!, Cost = cut.Cost }, CancellationToken.None); // it was used, whoever cut it off
        foreach (var result in recording.UntoldResults) recording.Append(result);
        recording.Place(last);
        var ended = Kept(recording, recording.Fold.Status!.Value) with { EndedAt = last.At, OpenCalls = last is TurnCompleted ? recording.HandedOver : [] };
        recording.Trace.Record("status", "running", ended.Status == TurnStatus.Completed ? "completed" : ended.Status.ToString().ToLowerInvariant(), last.Type);
        recording.Trace.Leave();
        if (recording.Went.Count > 0 && !SentTurns.IsSent(ended)) await AttachAgainAsync(ended, recording.Went);
        recording.IsEndKept = await PatientlyAsync(ended.Id, () => turns.EndAsync(ended, recording.Trace.Stations(), last, CancellationToken.None), CancellationToken.None);
        var kept = recording.IsEndKept ? ended : await KeptAsync(ended.Id);
        recording.IsEndKept |= kept is not null && kept.Status == ended.Status && kept.EndedAt?.ToUnixTimeMilliseconds() == last.At.ToUnixTimeMilliseconds(); // it was committed, and its word was lost on the way to us
        if (recording.IsEndKept) recording.Seen(last);
        else LostLease(ended.Id);
        return recording.IsEndKept ? ended : kept ?? ended;
    }

    /// <summary>Attaches to a conversation what went with a turn that no later turn will send, so that it goes with the next. It does so before the turn ends, for the next begins then.</summary>
    private async Task AttachAgainAsync(Turn turn, IReadOnlyList<Resource> went)
    {
        using var free = ProjectAccess.Free();
        await PatientlyAsync(turn.Id, () => conversations.UpdateAsync(turn.Conversation, now => now with { Resources = [.. went.Where(one => now.Resources.All(other => other.Id != one.Id)), .. now.Resources] }, CancellationToken.None), CancellationToken.None);
    }

    /// <summary>The turn as somebody else has kept it; null when it is gone.</summary>
    private async Task<Turn?> KeptAsync(string turn)
    {
        using var free = ProjectAccess.Free();
        return await PatientlyAsync(turn, () => turns.FindAsync(turn, CancellationToken.None), CancellationToken.None);
    }

    private Task<bool> HandOverAsync(TurnRecording recording, OpenCall[] calls)
    {
        recording.HandedOver = calls;
        return PatientlyAsync(recording.Begun.Id, async () => { await open.HandOverAsync(recording.Begun.Id, calls, CancellationToken.None); return true; }, CancellationToken.None);
    }

    /// <summary>Lets a turn wait for somebody outside: nobody holds it until its calls are answered.</summary>
    private async Task<Turn> WaitAsync(TurnRecording recording, IReadOnlyList<OpenCall> calls, WaitingState state)
    {
        recording.Trace.Enter("conversations");
        recording.Trace.Record("status", "running", "waiting", string.Join(", ", calls.Select(call => call.CallId)));
        recording.Trace.Leave();
        var waiting = Kept(recording, TurnStatus.Waiting) with { OpenCalls = calls };
        if (await PatientlyAsync(waiting.Id, () => open.WaitAsync(waiting, recording.Trace.Stations(), state, CancellationToken.None), CancellationToken.None)) return waiting;
        var now = await KeptAsync(waiting.Id);
        if (now?.Status != TurnStatus.Waiting) LostLease(waiting.Id); // else it was committed, and its word was lost on the way to us
        return now ?? waiting;
    }

    private static Turn Kept(TurnRecording recording, TurnStatus status)
    {
        var (begun, fold) = (recording.Begun, recording.Fold);
        return begun with
        {
            Status = status,
            Answer = fold.Answer,
            Output = status == TurnStatus.Completed ? ShapedAnswer.Value(begun.Parameters, fold.LastText) : null,
            Messages = [.. begun.Messages, .. fold.Messages()],
            Usage = fold.Usage,
            Cost = fold.Cost,
            Error = fold.Error,
            Warnings = [.. recording.Warnings, .. fold.Warnings.Skip(recording.Warnings.Count)],
            Attempts = [.. recording.Attempts.Select(attempt => attempt.Error is { } error ? attempt with { Error = error with { Message = SecretText.Hide(error.Message, recording.Trace.Secrets) } } : attempt)],
            TimeToFirstToken = recording.Attempts.FirstOrDefault(attempt => attempt.TimeToFirstToken is not null)?.TimeToFirstToken,
        };
    }

    /// <summary>A warning may quote what a provider said of the request; no secret is told with it.</summary>
    private static TurnEvent Told(TurnEvent happened, TurnRecording recording) => happened is not WarningRaised warning || recording.Trace.Secrets.Count == 0 ? happened
        : new WarningRaised { Code = warning.Code, Message = SecretText.Hide(warning.Message, recording.Trace.Secrets), Span = warning.Span };

    private OpenCall[] Waiting(TurnRecording recording)
    {
        var expires = time.GetUtcNow() + (recording.AnswerWithin ?? options.Value.AnswerWithin);
        return [.. recording.Fold.Waiting().Select(call => call with { ExpiresAt = expires, Tool = recording.Tools.Find(call.Name) is { IsClient: false, Name: var chosen } && chosen != call.Name ? chosen : null })];
    }

    /// <summary>Waits for a store that is away for a while: what the model said cannot be had again, and whoever stands in a queue has waited for long.</summary>
    private async Task<T> PatientlyAsync<T>(string turn, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var (since, pause) = (time.GetTimestamp(), FirstPause); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await ask();
            }
            catch (TurnException away) when (away is { Code: TurnErrorCode.StorageUnavailable, RetryAfter: not null } && time.GetElapsedTime(since) < Patience)
            {
                NotKeptYet(turn, away.OperatorMessage ?? away.Message);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Turn {Turn} failed: {Why}")]
    private partial void Failed(string turn, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Fault {Fault} ended turn {Turn}")]
    private partial void Broken(string fault, string turn, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Turn {Turn} could not be kept and is tried again: {Why}")]
    private partial void NotKeptYet(string turn, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Turn {Turn} had been ended by somebody else when it ended here")]
    private partial void LostLease(string turn);
}
