using System.Text.Json;
using Microsoft.Extensions.Logging;
using Turnpike.Conversations;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>How turns wait for others of their branch: kept as <c>queued</c>, made ready when their time has come, first come first served, whichever nodes they came to.</summary>
public sealed partial class TurnRunner
{
    private static readonly TimeSpan Contended = TimeSpan.FromMilliseconds(50), LookAgain = TimeSpan.FromSeconds(2);
    private const string StoppedInQueue = "The server stopped before the turn's time in the queue had come; no model was asked. Retry the turn to have it answered.";

    private async Task<StartedTurn> QueueAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        var newest = request.FromStart ? null : request.Parent ?? (await conversations.FindAsync(request.Conversation!, cancellationToken))?.Head; // where it stands until its time comes, and stays if it never does
        var prompt = await pipeline.PromptOfAsync(request, cancellationToken);
        var leaving = Leaving(request, request.OnDisconnect ?? prompt?.OnDisconnect);
        var queued = new Turn { Id = Ids.New("turn"), Conversation = request.Conversation!, Parent = newest, Status = TurnStatus.Queued, Content = request.Content, Model = request.Model ?? "", Store = request.Store ?? prompt?.Store, IsUnread = true, CreatedAt = time.GetUtcNow() };
        var hash = request.IdempotencyKey is null ? null : TurnRecorder.HashOf(request);
        MustTakeTurns();
        if (await turns.EnqueueAsync(new() { Turn = queued, IdempotencyKey = request.IdempotencyKey, RequestHash = hash, Submitted = secrets.SealRequest(KeptRequest.Write(request with { IdempotencyKey = null }, request.Face), isSecret: true), Node = Node, LeaseUntil = time.GetUtcNow() + options.Value.Lease }, cancellationToken) is { } earlier)
            return new(await RequiredAsync(earlier, cancellationToken), Replayed: true) { OnDisconnect = leaving };

        var live = new LiveTurn(queued.Id, queued.Conversation) { KeepsAll = queued.Store == false, IsCounted = false };
        Begin(live, () => WaitAndRunAsync(live, request with { Id = queued.Id }, queued));
        return new(queued, Replayed: false) { OnDisconnect = leaving };
    }

    /// <summary>What the face that submitted a turn says of it, while it waits for another one and its log says nothing; null: nothing.</summary>
    public async Task<JsonElement?> QueuedFaceAsync(string turn, CancellationToken cancellationToken) =>
        await turns.SubmittedAsync(turn, cancellationToken) is { Length: > 0 } kept ? KeptRequest.ReadFace(secrets.OpenRequest(kept)) : null;

    private async Task WaitAndRunAsync(LiveTurn live, TurnRequest request, Turn queued)
    {
        (PreparedTurn Prepared, TurnRecording Recording)? ready = null;
        try
        {
            ready = await ReadyAsync(live, request, live.Cancellation.Token);
        }
        catch (OperationCanceledException) when (live.Cancellation.IsCancellationRequested)
        {
            await EndQueuedAsync(live, queued, live.Interruption is null ? Stopped(live) : new TurnInterrupted { Reason = StoppedInQueue });
        }
        catch (TurnException error)
        {
            if (error.OperatorMessage is { } why) CannotGoOn(live.Id, why.ReplaceLineEndings(" "));
            await EndQueuedAsync(live, queued, new TurnFailed { Code = error.Code.Text(), Message = error.Message, Retryable = error.IsRetryable, RetryAfter = error.RetryAfterSeconds });
        }
        catch (Exception error)
        {
            NotKept(live.Id, error);
        }
        if (ready is { } turn)
        {
            live.Show(turn.Recording.Started);
            turn.Recording.Seen = live.Show;
            turn.Recording.Interruption = () => live.Interruption;
            using var submitter = KeyScope.Enter(live.Key ?? KeyScope.Current);
            await RunAsync(live, turn.Recording, () => RunAsync(live, turn.Prepared, turn.Recording));
            return;
        }
        _live.TryRemove(live.Id, out _);
        live.Release();
    }

    /// <summary>Makes a queued turn ready and saves it as soon as nothing runs where it belongs, under the key that submitted it as it is by then.</summary>
    private async Task<(PreparedTurn Prepared, TurnRecording Recording)> ReadyAsync(LiveTurn live, TurnRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            await PatientlyAsync(() => ComeFirstAsync(request, cancellationToken), cancellationToken);
            var head = request.Parent ?? (await PatientlyAsync(() => conversations.FindAsync(request.Conversation!, cancellationToken), cancellationToken))?.Head;
            if (head is not null && (await PatientlyAsync(() => WaitAsync(head, cancellationToken), cancellationToken)).Status == TurnStatus.Waiting)
            {
                await PatientlyAsync(async () => { await ChangedAsync(head, cancellationToken); return true; }, cancellationToken);
                continue;
            }
            live.Key = await PatientlyAsync(async () => await keys.NowAsync(KeyScope.Current, cancellationToken), cancellationToken);
            using var submitter = KeyScope.Enter(live.Key ?? KeyScope.Current);
            try
            {
                var prepared = await PatientlyAsync(() => PrepareAsync(request, cancellationToken), cancellationToken);
                var (recording, isCounted) = await SaveAsync(prepared, _ => { }, cancellationToken);
                if (recording is null) throw NotFound(live.Id); // its key began another one, so it was deleted
                (live.IsCounted, live.KeepsAll) = (isCounted, prepared.Draft.Store == false);
                return (prepared, recording);
            }
            catch (TurnException busy) when (busy.Code == TurnErrorCode.ConversationBusy)
            {
                await Task.Delay(Contended, time, cancellationToken); // another one was faster
            }
        }
    }

    private static bool MayQueue(TurnRequest request) => request is { Queue: true, Between: null };

    /// <summary>A turn that waits in a conversation's queue: whoever comes later and may wait goes behind it, also while it is made ready and nothing runs. Null: none does.</summary>
    private async Task<string?> FirstInQueueAsync(string conversation, CancellationToken cancellationToken)
    {
        foreach (var open in (await turns.OpenAsync(conversation, cancellationToken)).Reverse())
            if (await turns.FindAsync(open, cancellationToken) is { Status: TurnStatus.Queued }) return open;
        return null;
    }

    /// <summary>Waits until no turn that was put into the conversation's queue before waits there any longer, here or on another node. What a node left behind that is gone is swept.</summary>
    private async Task<bool> ComeFirstAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        var open = await turns.OpenAsync(request.Conversation!, cancellationToken);
        if (!open.Contains(request.Id)) await MustBeOpenAsync(request.Id!, cancellationToken);
        foreach (var earlier in open.SkipWhile(id => id != request.Id).Skip(1).Reverse())
            if (await turns.FindAsync(earlier, cancellationToken) is { Status: TurnStatus.Queued }) await UnlessGoneAsync(LeavesQueueAsync(earlier, cancellationToken));
        return true;
    }

    /// <summary>Whether whoever submitted a turn still sees its conversation is asked when it is made ready.</summary>
    private async Task MustBeOpenAsync(string turn, CancellationToken cancellationToken)
    {
        using var free = ProjectAccess.Free();
        if (await turns.FindAsync(turn, cancellationToken) is not { HasEnded: false }) throw NotFound(turn);
    }

    private async Task LeavesQueueAsync(string turn, CancellationToken cancellationToken)
    {
        await foreach (var _ in SubscribeAsync(turn, 0, cancellationToken)) return; // it has begun, or ended
    }

    /// <summary>Waits while a turn waits for somebody outside: until there is word of it, for a few seconds at most.</summary>
    private async Task ChangedAsync(string turn, CancellationToken cancellationToken)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = changes.Listen(change =>
        {
            if (change.Topic == StoreChange.Everything || (change.Topic == StoreChange.Turn && (change.Id == turn || change.Id.Length == 0))) told.TrySetResult();
        });
        if (await turns.FindAsync(turn, cancellationToken) is not { Status: TurnStatus.Waiting }) return;
        await Task.WhenAny(told.Task, Task.Delay(LookAgain, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The end of a turn that was asked to stop.</summary>
    private static TurnEvent Stopped(LiveTurn live) => live.Interruption is { } why ? new TurnInterrupted { Reason = why } : new TurnCancelled { Reason = "asked for" };

    private async Task EndQueuedAsync(LiveTurn live, Turn queued, TurnEvent last)
    {
        last.Place(queued.Id, queued.Conversation, 1, time.GetUtcNow());
        var fold = new TurnFold();
        fold.Add(last);
        var ended = queued with { Status = fold.Status!.Value, Error = fold.Error, EndedAt = last.At };
        using var free = ProjectAccess.Free();
        try
        {
            if (!await PatientlyAsync(() => turns.EndAsync(ended, [], last, CancellationToken.None), CancellationToken.None)) return;
            live.Ended = ended;
            live.Show(last);
            observers.Tell(ended);
        }
        catch (Exception error)
        {
            NotKept(live.Id, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Turn {Turn} could not go on: {Why}")]
    private partial void CannotGoOn(string turn, string why);
}
