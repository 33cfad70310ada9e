using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Conversations;

/// <summary>Door 7: a turn is saved before the model is asked, and kept however it ends.</summary>
public sealed partial class TurnRecorder(ITurnStore turns, ITurnLog log, IConversationStore conversations, TimeProvider time, ILogger<TurnRecorder> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Saves the beginning of a turn. Returns null when its idempotency key began one before (<paramref name="replayed"/> hears its id).
    /// </summary>
    /// <exception cref="TurnException"><c>conversation_busy, idempotency_conflict, storage_unavailable</c>.</exception>
    public async Task<TurnRecording?> BeginAsync(PreparedTurn prepared, NodeLease lease, Action<string> replayed, CancellationToken cancellationToken)
    {
        var begun = BegunTurn.Of(prepared, time.GetUtcNow());
        var recording = new TurnRecording(begun, log, time);
        var started = recording.Started = recording.Place(BegunTurn.Event(prepared));
        var beginning = new TurnBeginning
        {
            Turn = begun,
            Opened = prepared.Draft.Conversation,
            Conversation = BegunTurn.Conversation(prepared, begun),
            IsNewConversation = prepared.Draft.IsNewConversation,
            OnHead = prepared.Draft.Request.Parent is null,
            Request = JsonSerializer.SerializeToUtf8Bytes(prepared.Request, TurnpikeJson.Relaxed.ModelRequest),
            Trace = prepared.Draft.Trace.Stations(),
            Started = started,
            IdempotencyKey = prepared.Draft.Request.IdempotencyKey,
            RequestHash = prepared.Draft.Request.IdempotencyKey is null ? null : HashOf(prepared.Draft.Request),
            IsQueued = prepared.Draft.Request.Id is not null,
            Node = lease.Node,
            LeaseUntil = time.GetUtcNow() + lease.Length,
        };
        if (await turns.BeginAsync(beginning, cancellationToken) is { } earlier)
        {
            replayed(earlier);
            return null;
        }
        return recording;
    }

    /// <summary>Keeps what sticky triggers set for a conversation that there is already.</summary>
    public async Task KeepSettingsAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (draft.IsNewConversation || (ReferenceEquals(draft.State.Kept, draft.State.Conversation) && draft.State.Title is null)) return;
        var now = time.GetUtcNow();
        await conversations.UpdateAsync(draft.Conversation.Id, conversation => BegunTurn.WithSettings(conversation, draft) with { UpdatedAt = now }, cancellationToken);
    }

    /// <summary>Appends what happens, as it happens, and ends the turn: completed when the events end, else as what stopped them says.</summary>
    /// <returns>The turn as kept.</returns>
    public async Task<Turn> KeepAsync(PreparedTurn prepared, TurnRecording recording, IAsyncEnumerable<TurnEvent> happening, CancellationToken cancellationToken)
    {
        prepared.Draft.Trace.Enter("models");
        TurnEvent last;
        try
        {
            foreach (var warning in prepared.Warnings) await recording.AppendAsync(new WarningRaised { Code = warning.Code, Message = warning.Message, Span = warning.Span }, CancellationToken.None);
            var finish = "stop";
            await foreach (var happened in happening.WithCancellation(cancellationToken))
            {
                if (happened is StepCompleted step) finish = step.FinishReason;
                else if (happened is WarningRaised { Code: "step_limit" }) finish = "limit";
                await recording.AppendAsync(happened, CancellationToken.None);
            }
            last = new TurnCompleted { Usage = recording.Fold.Usage, Cost = recording.Fold.Cost, FinishReason = finish };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            last = recording.Interruption() is { } why ? new TurnInterrupted { Reason = why } : new TurnCancelled { Reason = "asked for" };
        }
        catch (OperationCanceledException)
        {
            last = new TurnFailed { Code = TurnErrorCode.Timeout.Text(), Message = "The turn ran longer than a turn may (Turnpike:ModelCalls:Turn). What was said until then is kept.", Retryable = true };
        }
        catch (TurnException error)
        {
            last = new TurnFailed { Code = error.Code.Text(), Message = error.Message, Retryable = IsRetryable(error.Code) };
        }
        catch (Exception error)
        {
            var id = Ids.New("fault");
            Broken(id, recording.Begun.Id, error);
            last = new TurnFailed { Code = TurnErrorCode.InternalError.Text(), Message = $"A fault of the server ended the turn. The server's log tells more under \"{id}\"." };
        }
        return await EndAsync(prepared, recording, last);
    }

    /// <summary>SHA-256 of a request, for its idempotency key.</summary>
    public static string HashOf(TurnRequest request) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, TurnpikeJson.Relaxed.TurnRequest)));

    private async Task<Turn> EndAsync(PreparedTurn prepared, TurnRecording recording, TurnEvent last)
    {
        prepared.Draft.Trace.Enter("conversations");
        recording.Place(last);
        var fold = recording.Fold;
        var messages = fold.Messages();
        var ended = recording.Begun with
        {
            Status = fold.Status!.Value,
            Answer = fold.Answer,
            Messages = [.. recording.Begun.Messages, .. messages],
            Usage = fold.Usage,
            Cost = fold.Cost,
            Error = fold.Error,
            Warnings = [.. prepared.Warnings, .. fold.Warnings.Skip(prepared.Warnings.Count)],
            Attempts = [.. recording.Attempts],
            EndedAt = last.At,
            TimeToFirstToken = recording.Attempts.FirstOrDefault(attempt => attempt.TimeToFirstToken is not null)?.TimeToFirstToken,
        };
        prepared.Draft.Trace.Record("status", "running", ended.Status == TurnStatus.Completed ? "completed" : ended.Status.ToString().ToLowerInvariant(), last.Type);
        prepared.Draft.Trace.Leave();
        if (await KeepEndAsync(ended, prepared.Draft.Trace.Stations(), last)) recording.Seen(last);
        else LostLease(ended.Id);
        return ended;
    }

    /// <summary>Keeps the end; a store that is away for a while is waited for, since the model's words cannot be had again.</summary>
    private async Task<bool> KeepEndAsync(Turn ended, IReadOnlyList<TraceStation> trace, TurnEvent last)
    {
        for (var (since, pause) = (time.GetTimestamp(), FirstPause); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await turns.EndAsync(ended, trace, last, CancellationToken.None);
            }
            catch (TurnException away) when (away is { Code: TurnErrorCode.StorageUnavailable, RetryAfter: not null } && time.GetElapsedTime(since) < Patience)
            {
                NotKeptYet(ended.Id, away.Message);
                await Task.Delay(pause, time);
            }
        }
    }

    private static bool IsRetryable(TurnErrorCode code) => code is TurnErrorCode.ProviderRateLimited or TurnErrorCode.ProviderError or TurnErrorCode.ProviderUnreachable
        or TurnErrorCode.ProviderStreamBroken or TurnErrorCode.Timeout or TurnErrorCode.StorageUnavailable or TurnErrorCode.ShuttingDown or TurnErrorCode.RateLimited;

    [LoggerMessage(Level = LogLevel.Error, Message = "Fault {Fault} ended turn {Turn}")]
    private partial void Broken(string fault, string turn, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of turn {Turn} could not be kept and is tried again: {Why}")]
    private partial void NotKeptYet(string turn, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Turn {Turn} had been ended by somebody else when it ended here")]
    private partial void LostLease(string turn);
}
