using System.Text.Json;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Stores;

/// <summary>Turns, in memory.</summary>
internal sealed class InMemoryTurnStore(InMemoryState state, ISettingsStore settings) : ITurnStore
{
    public Task<string?> BeginAsync(TurnBeginning beginning, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(beginning);
        cancellationToken.ThrowIfCancellationRequested();
        lock (state.Gate)
        {
            try
            {
                return Task.FromResult(Begin(beginning));
            }
            catch (TurnException refused)
            {
                return Task.FromException<string?>(refused);
            }
        }
    }

    private string? Begin(TurnBeginning beginning)
    {
        var (turn, conversation) = (beginning.Turn, beginning.Conversation);
        if (IsBegun(beginning)) return null;
        if (beginning.IdempotencyKey is { } key && state.Keys.TryGetValue(key, out var first) && first.Turn.Id != turn.Id)
            return RequestHash.Agree(first.Beginning.RequestHash, beginning.RequestHash) ? first.Turn.Id : throw StoreErrors.OtherBody(first.Turn.Id);
        if ((beginning.Before ?? beginning).IsNewConversation && beginning.ExternalIds.Where(id => id.Kind == ExternalKinds.Conversation && Named(id) != id.Target).Select(Named).FirstOrDefault(named => named is not null) is { } taken) throw StoreErrors.Taken(taken);
        if (beginning.Before is { } ended) Begin(ended);
        var known = state.Conversations.TryGetValue(conversation.Id, out var now);
        if (beginning.IsNewConversation && known) throw StoreErrors.Taken(conversation.Id);
        if (!beginning.IsNewConversation && (!known || now!.Closed)) throw StoreErrors.NoConversation(conversation.Id);
        if (turn.Parent is { } parent)
        {
            if (!state.Turns.TryGetValue(parent, out var before)) throw StoreErrors.NoParent(parent);
            if (!before.Turn.HasEnded) throw StoreErrors.Running(conversation.Id, parent);
        }
        if (beginning.OnHead && known && now!.Head != turn.Parent)
            throw now.Head is { } head && !state.Turns[head].Turn.HasEnded ? StoreErrors.Running(conversation.Id, head) : StoreErrors.Moved(conversation.Id, now.Head);

        if (beginning.IsQueued && state.Turns.GetValueOrDefault(turn.Id) is { } place && Queued(conversation.Id).FirstOrDefault(other => Comes(other, place.Turn) < 0) is { } earlier) throw StoreErrors.Queued(conversation.Id, earlier.Id);
        if (beginning.IsQueued && state.Turns.TryGetValue(turn.Id, out var queued) && queued.Turn.HasEnded) throw StoreErrors.NotRunning(turn.Id);
        state.Conversations[conversation.Id] = known ? ConversationMerge.Join(now!, beginning.Opened, conversation) : conversation;
        var kept = new InMemoryState.KeptTurn { Turn = turn, Beginning = beginning, Request = beginning.Request, Trace = TraceOf(beginning.Trace), LeaseUntil = beginning.LeaseUntil, Node = beginning.Node };
        kept.Events.Add(beginning.Started);
        kept.Events.AddRange(beginning.Rest);
        state.Turns[turn.Id] = kept;
        foreach (var external in beginning.ExternalIds) Name(external);
        if (beginning.IdempotencyKey is not null) state.Keys[beginning.IdempotencyKey] = kept;
        return null;
    }

    /// <summary>Whether the turn was begun just so before.</summary>
    private bool IsBegun(TurnBeginning beginning) => state.Turns.TryGetValue(beginning.Turn.Id, out var kept) && kept.Turn.Conversation == beginning.Turn.Conversation && kept.Turn.Status == beginning.Turn.Status
        && kept.Turn.CreatedAt == beginning.Turn.CreatedAt && (kept.Turn.HasEnded || kept.Node == beginning.Node);

    /// <summary>An id of a client stays with what it names while that is there.</summary>
    private void Name(ExternalId external)
    {
        if (Named(external) is null) state.ExternalIds[(external.Owner, external.Kind, external.Id)] = external.Target;
    }

    /// <summary>What an id of a client names and is there; null: nothing.</summary>
    private string? Named(ExternalId external) =>
        state.ExternalIds.TryGetValue((external.Owner, external.Kind, external.Id), out var target) && (state.Conversations.ContainsKey(target) || state.Turns.ContainsKey(target)) ? target : null;

    public Task<bool> EndAsync(Turn turn, IReadOnlyList<TraceStation> trace, TurnEvent last, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (state.Gate)
        {
            if (!state.Turns.TryGetValue(turn.Id, out var kept) || kept.Turn.HasEnded) return Task.FromResult(false);
            if (last.Sequence != kept.Events.Count + 1) return Task.FromException<bool>(StoreErrors.LogIncomplete(turn.Id));
            (kept.Turn, kept.Trace) = (turn, TraceOf(trace));
            kept.Events.Add(last);
            if (turn.Store == false) LetGo(kept);
            return Task.FromResult(true);
        }
    }

    public Task<string?> EnqueueAsync(QueuedTurn queued, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queued);
        cancellationToken.ThrowIfCancellationRequested();
        lock (state.Gate)
        {
            if (state.Turns.ContainsKey(queued.Turn.Id)) return Task.FromResult<string?>(null);
            if (queued.IdempotencyKey is { } key && state.Keys.TryGetValue(key, out var first))
                return RequestHash.Agree(first.Beginning.RequestHash, queued.RequestHash) ? Task.FromResult<string?>(first.Turn.Id) : Task.FromException<string?>(StoreErrors.OtherBody(first.Turn.Id));
            var turn = queued.Turn;
            if (!state.Conversations.TryGetValue(turn.Conversation, out var conversation)) return Task.FromException<string?>(StoreErrors.NoConversation(turn.Conversation));
            if (Queued(turn.Conversation).Select(other => other.CreatedAt).DefaultIfEmpty().Max() is var newest && newest >= turn.CreatedAt) turn = turn with { CreatedAt = newest.AddMilliseconds(1) };
            var beginning = new TurnBeginning { Turn = turn, Conversation = conversation, Submitted = queued.Submitted, Request = default, Trace = [], Started = new TurnStarted { Model = turn.Model }, IdempotencyKey = queued.IdempotencyKey, RequestHash = queued.RequestHash, Node = queued.Node, LeaseUntil = queued.LeaseUntil };
            var kept = state.Turns[turn.Id] = new() { Turn = turn, Beginning = beginning, Request = default, Trace = TraceOf([]), LeaseUntil = queued.LeaseUntil, Node = queued.Node };
            if (queued.IdempotencyKey is not null) state.Keys[queued.IdempotencyKey] = kept;
            return Task.FromResult<string?>(null);
        }
    }

    private IEnumerable<Turn> Queued(string conversation) => state.Turns.Values.Select(kept => kept.Turn).Where(turn => turn.Conversation == conversation && turn.Status == TurnStatus.Queued);

    private static int Comes(Turn one, Turn other) => one.CreatedAt != other.CreatedAt ? one.CreatedAt.CompareTo(other.CreatedAt) : string.CompareOrdinal(one.Id, other.Id);

    public Task RequestCancelAsync(string turn, CancellationToken cancellationToken)
    {
        lock (state.Gate) if (state.Turns.TryGetValue(turn, out var kept)) kept.IsCancelAsked = true;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> CancelRequestsAsync(string node, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<string>>([.. state.Turns.Values.Where(kept => kept.IsCancelAsked && !kept.Turn.HasEnded && kept.Node == node).Select(kept => kept.Turn.Id)]);
    }

    public Task<IdempotentTurn?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Keys.TryGetValue(idempotencyKey, out var kept) ? new IdempotentTurn(kept.Turn.Id, kept.Beginning.RequestHash!) : null);
    }

    public Task<Turn?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Turns.GetValueOrDefault(id)?.Turn);
    }

    public Task<string?> FindExternalAsync(string owner, string kind, string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.ExternalIds.GetValueOrDefault((owner, kind, id)));
    }

    public Task<bool> ForgetAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (!state.Turns.TryGetValue(id, out var kept) || !kept.Turn.HasEnded) return Task.FromResult(false);
            foreach (var conversation in state.Conversations.Values.Where(one => one.Id == kept.Turn.Conversation || (one.ForkedFrom is { } fork && state.PathOf(fork, int.MaxValue).Any(turn => turn.Turn.Id == id))).ToArray()) state.Conversations[conversation.Id] = ConversationBeginning.Without(conversation, kept.Turn);
            Forget(kept);
            return Task.FromResult(true);
        }
    }

    private void LetGo(InMemoryState.KeptTurn kept)
    {
        Forget(kept);
        state.Note(kept);
        if (kept.Turn.Parent is { } parent && state.Turns.TryGetValue(parent, out var given) && given.Turn.CameAlong) LetGo(given);
    }

    private static void Forget(InMemoryState.KeptTurn kept)
    {
        kept.Turn = kept.Turn.WithoutContent();
        kept.Trace = TraceOf([]);
        kept.Request = "{}"u8.ToArray();
        kept.Beginning = kept.Beginning with { Turn = kept.Turn, Before = null, Opened = null, Request = default, Trace = [], Submitted = null };
        kept.Recordings.Clear();
        kept.Calls.Clear();
        if (kept.Events.Count > 0) kept.Events.RemoveRange(0, kept.Events.Count - 1);
    }

    public Task<IReadOnlyList<Turn>> PathAsync(string turn, int limit, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<Turn>>([.. state.PathOf(turn, limit).Select(kept => kept.Turn).Reverse()]);
    }

    public async Task<IReadOnlyList<string>> PathIdsAsync(string turn, int limit, CancellationToken cancellationToken) => [.. (await PathAsync(turn, limit, cancellationToken)).Select(one => one.Id)];

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> SiblingsAsync(Conversation conversation, string turn, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var path = await PathAsync(turn, limit, cancellationToken);
        lock (state.Gate)
        {
            var inherited = conversation.ForkedFrom is { } fork ? state.PathOf(fork, int.MaxValue).Select(kept => kept.Turn.Id).ToHashSet(StringComparer.Ordinal) : [];
            return path.ToDictionary(one => one.Id, one => (IReadOnlyList<string>)[.. state.Turns.Values.Select(kept => kept.Turn)
                .Where(other => other.Id == one.Id || (other.Parent == one.Parent && (other.Conversation == conversation.Id || inherited.Contains(other.Id)))).OrderBy(other => other.CreatedAt.ToUnixTimeMilliseconds()).ThenBy(other => other.Id, StringComparer.Ordinal).Select(other => other.Id)]);
        }
    }

    public Task<IReadOnlyList<Turn>> AllAsync(string conversation, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<Turn>>([.. state.Turns.Values.Select(kept => kept.Turn).Where(turn => turn.Conversation == conversation)]);
    }

    public Task<IReadOnlyList<string>> OpenAsync(string conversation, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<string>>([.. state.Turns.Values.Select(kept => kept.Turn).Where(turn => turn.Conversation == conversation && !turn.HasEnded).OrderByDescending(turn => turn.CreatedAt).ThenByDescending(turn => turn.Id, StringComparer.Ordinal).Select(turn => turn.Id)]);
    }

    public Task<IReadOnlyList<Turn>> UnbegunAsync(string conversation, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<Turn>>([.. state.Turns.Values.Where(kept => kept.Request.IsEmpty && kept.Turn.NeverBegan && kept.Turn.Conversation == conversation).Select(kept => kept.Turn).OrderBy(turn => turn.CreatedAt).ThenBy(turn => turn.Id, StringComparer.Ordinal)]);
    }

    public Task ImportAsync(ImportBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ImportingSettings.KeepAsync(settings, batch, () => Import(batch), cancellationToken);
    }

    /// <summary>What is imported is new or stays out: nothing that is here changes.</summary>
    private void Import(ImportBatch batch)
    {
        lock (state.Gate)
        {
            var made = batch.Conversations.Where(conversation => !state.Conversations.ContainsKey(conversation.Id)).DistinctBy(conversation => conversation.Id).ToDictionary(conversation => conversation.Id);
            var turns = batch.Turns.Where(turn => made.ContainsKey(turn.Turn.Conversation)).DistinctBy(turn => turn.Turn.Id).ToDictionary(turn => turn.Turn.Id);
            foreach (var (id, turn) in turns) if (state.Turns.TryGetValue(id, out var known) && known.Turn.Conversation != turn.Turn.Conversation) throw StoreErrors.IsHere("turn", id);
            foreach (var conversation in made.Values) if (conversation.ForkedFrom is { } from && !turns.ContainsKey(from) && !state.Turns.ContainsKey(from)) throw StoreErrors.NoOrigin(from);
            foreach (var kept in state.Turns.Values) if (made.ContainsKey(kept.Turn.Conversation) && !turns.ContainsKey(kept.Turn.Id)) throw StoreErrors.HasTurns(kept.Turn.Conversation);
            foreach (var (id, conversation) in made) state.Conversations.Add(id, conversation);
            state.Note(batch.Calls.Where(call => !state.SideCalls.Exists(other => other.Id == call.Id)).ToList());
            foreach (var (id, turn) in turns)
            {
                var kept = new InMemoryState.KeptTurn { Turn = turn.Turn, Beginning = turn, Request = turn.Request, Trace = TraceOf(turn.Trace), LeaseUntil = turn.LeaseUntil };
                if (state.Turns.TryAdd(id, kept)) kept.Events.AddRange([turn.Started, .. turn.Rest]);
            }
        }
    }

    public Task<ReadOnlyMemory<byte>?> SubmittedAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Turns.GetValueOrDefault(id)?.Beginning.Submitted);
    }

    public Task<ReadOnlyMemory<byte>?> RequestAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Turns.GetValueOrDefault(id)?.Request);
    }

    public Task<bool> KeepRequestAsync(string id, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (state.Turns.GetValueOrDefault(id) is not { Turn.HasEnded: false } kept) return Task.FromResult(false);
            kept.Request = request;
            return Task.FromResult(true);
        }
    }

    public Task<ReadOnlyMemory<byte>?> TraceAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Turns.GetValueOrDefault(id)?.Trace);
    }

    public Task<IReadOnlyList<string>> RenewAsync(string node, IReadOnlyCollection<string> turns, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            var ours = turns.Where(id => state.Turns.TryGetValue(id, out var kept) && !kept.Turn.HasEnded && kept.Node == node).ToList();
            foreach (var id in ours) state.Turns[id].LeaseUntil = until;
            return Task.FromResult<IReadOnlyList<string>>(ours);
        }
    }

    public Task<IReadOnlyList<string>> LapsedAsync(DateTimeOffset before, CancellationToken cancellationToken) => RunningAsync(kept => kept.LeaseUntil < before);

    public Task<IReadOnlyList<string>> OfNodeAsync(string node, CancellationToken cancellationToken) => RunningAsync(kept => kept.Node == node);

    private Task<IReadOnlyList<string>> RunningAsync(Func<InMemoryState.KeptTurn, bool> isMeant)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<string>>([.. state.Turns.Values.Where(kept => !kept.Turn.HasEnded && isMeant(kept)).Select(kept => kept.Turn.Id)]);
    }

    public Task<bool> InterruptAsync(string turn, DateTimeOffset before, string? node, Func<string, ModelPrice?> price, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (!state.Turns.TryGetValue(turn, out var kept) || kept.Turn.HasEnded || (kept.LeaseUntil >= before && kept.Node != node)) return Task.FromResult(false);
            var ending = InterruptedTurn.Ending(kept.Turn, kept.Events, InMemoryOpenCallStore.Answered(kept), kept.Request, price, now);
            kept.Turn = InterruptedTurn.Of(kept.Turn, kept.Events, ending, price, now);
            kept.Events.AddRange(ending);
            if (kept.Turn.Store == false) LetGo(kept);
            return Task.FromResult(true);
        }
    }

    private static byte[] TraceOf(IReadOnlyList<TraceStation> trace) => JsonSerializer.SerializeToUtf8Bytes(trace, TurnpikeJson.Relaxed.IReadOnlyListTraceStation);
}
