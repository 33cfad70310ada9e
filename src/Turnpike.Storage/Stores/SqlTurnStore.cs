using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Storage.Stores;

/// <summary>Turns, in a database.</summary>
internal sealed class SqlTurnStore(SqlDatabase database, ISecretBox secrets) : ITurnStore
{
    private readonly ConversationRows _conversations = new(secrets);
    private readonly ImportRows _imports = new(secrets);

    public Task<string?> BeginAsync(TurnBeginning beginning, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(beginning);
        beginning = beginning with { LeaseUntil = beginning.LeaseUntil + database.ClockOffset };
        TurnBeginning[] parts = beginning.Before is { } before ? [before, beginning] : [beginning];
        var rows = parts.Select(part => (Part: part, User: TurnRows.TokenUser(part), Json: TurnRows.Json(part.Turn), Request: Packed.Pack(part.Request.Span), Trace: Pack(part.Trace), Columns: part.IsNewConversation ? _conversations.Columns(part.Conversation) : null)).ToArray();
        return database.WriteAsync(async session =>
        {
            if (beginning.IdempotencyKey is { } key && await session.QueryAsync(TurnSql.FindByKey, row => (Id: row.GetString(0), Hash: row.IsDBNull(1) ? null : row.GetString(1)), ("@key", key)) is [var first] && first.Id != beginning.Turn.Id)
                return RequestHash.Agree(first.Hash, beginning.RequestHash) ? first.Id : throw StoreErrors.OtherBody(first.Id);
            if (beginning.Before is not null && await IsBegunAsync(session, beginning)) return null;
            foreach (var (part, user, json, request, trace, columns) in rows)
            {
                if (!await KeepConversationAsync(session, part, columns)) return null;
                await TurnRows.InsertAsync(session, part, json, request, trace, user);
                foreach (var external in part.ExternalIds) await NameAsync(session, external, parts[0].IsNewConversation);
            }
            return null;
        }, cancellationToken);
    }

    /// <summary>Keeps what the turn makes of its conversation; false when the whole beginning is kept already: it was committed before, and its word was lost on the way to us.</summary>
    private async Task<bool> KeepConversationAsync(SqlSession session, TurnBeginning beginning, (string Name, object? Value)[]? columns)
    {
        var (turn, conversation) = (beginning.Turn, beginning.Conversation);
        var now = await _conversations.FindBareAsync(session, conversation.Id);
        var isAsLeft = beginning.IsNewConversation ? now is null : beginning.OnHead && now?.Head == turn.Parent;
        if (!isAsLeft && await IsBegunAsync(session, beginning)) return false;
        if (beginning.IsNewConversation && now is not null) throw StoreErrors.Taken(conversation.Id);
        if (!beginning.IsNewConversation && now is null or { Closed: true }) throw StoreErrors.NoConversation(conversation.Id);
        if (turn.Parent is { } parent && await RunsAsync(session, parent) is var runs && runs is not false)
            throw runs is null ? StoreErrors.NoParent(parent) : StoreErrors.Running(conversation.Id, parent);
        if (beginning.IsQueued && await session.QueryAsync(TurnSql.QueuedBefore, row => row.GetString(0), ("@id", turn.Id)) is [var first]) throw StoreErrors.Queued(conversation.Id, first);
        if (beginning.OnHead && now is not null && now.Head != turn.Parent)
            throw now.Head is { } head && await RunsAsync(session, head) is true ? StoreErrors.Running(conversation.Id, head) : StoreErrors.Moved(conversation.Id, now.Head);
        if (now is null)
        {
            await _conversations.InsertAsync(session, conversation, turn, columns);
            return true;
        }
        await _conversations.UpdateAsync(session, now, ConversationMerge.Join(now, beginning.Opened, conversation), turn);
        if (beginning.Opened is not { } opened || !ReferenceEquals(opened.Prompt, conversation.Prompt)) await ConversationRows.PinAsync(session, conversation, turn.Prompt?.Hash == beginning.Opened?.Prompt?.Hash ? null : beginning.Opened?.Prompt);
        return true;
    }

    /// <summary>Keeps an id of a client. A conversation that begins under an id must be the one that it names from then on: otherwise nobody who has the id would find it again.</summary>
    private static async Task NameAsync(SqlSession session, ExternalId external, bool begins)
    {
        if (await session.ExecuteAsync(TurnSql.AddExternal, ("@owner", external.Owner), ("@kind", external.Kind), ("@id", external.Id), ("@target", external.Target)) > 0 || !begins || external.Kind != ExternalKinds.Conversation) return;
        if (await session.QueryAsync(TurnSql.FindExternal, row => row.GetString(0), ("@owner", external.Owner), ("@kind", external.Kind), ("@id", external.Id)) is [var first] && first != external.Target) throw StoreErrors.Taken(first);
    }

    private static async Task<bool> IsBegunAsync(SqlSession session, TurnBeginning beginning) => await session.QueryAsync(TurnSql.IsBegun, row => 1,
        ("@id", beginning.Turn.Id), ("@conversation", beginning.Turn.Conversation), ("@status", TurnRows.Status(beginning.Turn.Status)), ("@createdAt", beginning.Turn.CreatedAt.ToUnixTimeMilliseconds()), ("@node", beginning.Node)) is [_];

    /// <summary>Whether a turn runs; null when there is none.</summary>
    private static async Task<bool?> RunsAsync(SqlSession session, string id) => await session.QueryAsync(TurnSql.IsRunning, row => row.GetInt64(0) == 1, ("@id", id)) is [var runs] ? runs : null;

    public async Task<bool> EndAsync(Turn turn, IReadOnlyList<TraceStation> trace, TurnEvent last, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var (ended, json) = LastingTurn.Of(turn, secrets);
        var (words, packed) = (ConversationSearchRows.WordsOf(ended), Pack(trace));
        return await database.WriteAfterAsync(turn.Id, async session =>
        {
            if (!await TurnRows.EndAsync(session, ended, json, words, [last])) return false;
            if (turn.Store != false) await session.ExecuteAsync(TurnSql.UpdateTrace, ("@trace", packed), ("@turn", turn.Id));
            return true;
        }, cancellationToken);
    }

    public Task<IdempotentTurn?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) => ClientIds.HasControls(idempotencyKey) ? Task.FromResult<IdempotentTurn?>(null)
        : database.ReadAsync(async session => await session.QueryAsync(TurnSql.FindByKey, row => new IdempotentTurn(row.GetString(0), row.GetString(1)), ("@key", idempotencyKey)) is [var first] ? first : null, cancellationToken);

    public Task<Turn?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await session.QueryAsync(TurnSql.Find, row => TurnRows.Parse(row.GetFieldValue<byte[]>(0), secrets), ("@id", id)) is [var turn] ? turn : null, cancellationToken);

    public Task<string?> FindExternalAsync(string owner, string kind, string id, CancellationToken cancellationToken) => ClientIds.HasControls(id) ? Task.FromResult<string?>(null)
        : database.ReadAsync(async session => await session.QueryAsync(TurnSql.FindExternal, row => row.GetString(0), ("@owner", owner), ("@kind", kind), ("@id", id)) is [var target] ? target : null, cancellationToken);

    public Task<bool> ForgetAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await session.QueryAsync(TurnSql.Find, row => TurnRows.Parse(row.GetFieldValue<byte[]>(0), secrets), ("@id", id)) is not [{ HasEnded: true } turn]) return false;
        await TurnRows.ForgetAsync(session, turn);
        string[] told = [turn.Conversation, .. turn.Parent is null ? await session.QueryAsync(TurnSql.Forks, row => row.GetString(0), ("@id", turn.Id)) : []];
        foreach (var its in told.Distinct(StringComparer.Ordinal))
        {
            if (await _conversations.FindBareAsync(session, its) is { } conversation && ConversationBeginning.Without(conversation, turn) is var without && !ReferenceEquals(without, conversation))
                await _conversations.UpdateAsync(session, conversation, without);
        }
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<Turn>> PathAsync(string turn, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Turn>>(async session => Once(await session.QueryAsync(TurnSql.Path, row => TurnRows.Parse(row.GetFieldValue<byte[]>(0), secrets), ("@id", turn), ("@limit", (long)limit)), one => one.Id), cancellationToken);

    public Task<IReadOnlyList<string>> PathIdsAsync(string turn, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(async session => Once(await session.QueryAsync(TurnSql.PathIds, row => row.GetString(0), ("@id", turn), ("@limit", (long)limit)), id => id), cancellationToken);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> SiblingsAsync(Conversation conversation, string turn, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, IReadOnlyList<string>>>(async session =>
            (await session.QueryAsync(TurnSql.Siblings, row => (Turn: row.GetString(0), Sibling: row.GetString(1)), ("@id", turn), ("@limit", (long)limit), ("@conversation", conversation.Id), ("@forkedFrom", conversation.ForkedFrom)))
            .GroupBy(pair => pair.Turn, pair => pair.Sibling).ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.Distinct(StringComparer.Ordinal)]), cancellationToken);

    /// <summary>A path, oldest first, up to where it comes back to itself: turns that answer to one another in a ring are on it once.</summary>
    private static List<T> Once<T>(List<T> path, Func<T, string> id)
    {
        var (seen, from) = (new HashSet<string>(path.Count, StringComparer.Ordinal), path.Count);
        while (from > 0 && seen.Add(id(path[from - 1]))) from--;
        return from == 0 ? path : path[from..];
    }

    public Task<IReadOnlyList<Turn>> AllAsync(string conversation, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Turn>>(async session => InOrder(await session.QueryAsync(TurnSql.All, row => TurnRows.Parse(row.GetFieldValue<byte[]>(0), secrets), ("@conversation", conversation))), cancellationToken);

    public Task<IReadOnlyList<string>> OpenAsync(string conversation, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(async session => await session.QueryAsync(TurnSql.Open, row => row.GetString(0), ("@conversation", conversation)), cancellationToken);

    public async Task<IReadOnlyList<Turn>> UnbegunAsync(string conversation, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(session => session.QueryAsync(TurnSql.Unbegun, row => TurnRows.Parse(row.GetFieldValue<byte[]>(0), secrets), ("@conversation", conversation)), cancellationToken)).Where(turn => turn.NeverBegan)];

    /// <summary>A turn behind the one it answers to, even where both were begun in the same millisecond.</summary>
    private static List<Turn> InOrder(List<Turn> turns)
    {
        var (left, ordered, placed) = (turns, new List<Turn>(turns.Count), new HashSet<string>(StringComparer.Ordinal));
        var ids = turns.Select(turn => turn.Id).ToHashSet(StringComparer.Ordinal);
        while (left.Count > 0)
        {
            var later = new List<Turn>();
            foreach (var turn in left)
            {
                if (turn.Parent is { } parent && ids.Contains(parent) && !placed.Contains(parent)) later.Add(turn);
                else if (placed.Add(turn.Id)) ordered.Add(turn);
            }
            if (later.Count == left.Count) return [.. ordered, .. later];
            left = later;
        }
        return ordered;
    }

    public Task ImportAsync(ImportBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return database.WriteAsync(async session =>
        {
            await _imports.KeepAsync(session, batch);
            return true;
        }, cancellationToken);
    }

    public Task<ReadOnlyMemory<byte>?> SubmittedAsync(string id, CancellationToken cancellationToken) => DetailAsync(TurnSql.Submitted, id, cancellationToken);

    public Task<ReadOnlyMemory<byte>?> RequestAsync(string id, CancellationToken cancellationToken) => DetailAsync(TurnSql.Request, id, cancellationToken);

    public Task<bool> KeepRequestAsync(string id, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var packed = Packed.Pack(request.Span);
        return database.WriteAsync(async session => await session.ExecuteAsync(TurnSql.UpdateRequest, ("@request", packed), ("@turn", id)) > 0, cancellationToken);
    }

    public Task<ReadOnlyMemory<byte>?> TraceAsync(string id, CancellationToken cancellationToken) => DetailAsync(TurnSql.Trace, id, cancellationToken);

    private Task<ReadOnlyMemory<byte>?> DetailAsync(string sql, string id, CancellationToken cancellationToken) =>
        database.ReadAsync<ReadOnlyMemory<byte>?>(async session => await session.QueryAsync(sql, row => row.GetFieldValue<byte[]>(0), ("@turn", id)) is [var kept] ? Packed.Unpack(kept) : (ReadOnlyMemory<byte>?)null, cancellationToken);

    public async Task<IReadOnlyList<string>> RenewAsync(string node, IReadOnlyCollection<string> turns, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turns);
        await database.ReadClockAsync(cancellationToken);
        return await database.RenewAsync(node, turns, (until + database.ClockOffset).ToUnixTimeMilliseconds(), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> LapsedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await database.ReadClockAsync(cancellationToken);
        return await database.ReadAsync(session => session.QueryAsync(TurnSql.Lapsed, row => row.GetString(0), ("@before", (before + database.ClockOffset).ToUnixTimeMilliseconds())), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> OfNodeAsync(string node, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync(TurnSql.OfNode, row => row.GetString(0), ("@node", node)), cancellationToken);

    public Task<bool> InterruptAsync(string turn, DateTimeOffset before, string? node, Func<string, ModelPrice?> price, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAfterAsync(turn, session => InterruptAsync(session, turn, before + database.ClockOffset, node, price, now), cancellationToken);

    public Task<string?> EnqueueAsync(QueuedTurn queued, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queued);
        return database.WriteInLineAsync(async session =>
        {
            if (await RunsAsync(session, queued.Turn.Id) is not null) return null; // it was committed before, and its word was lost on the way to us
            if (queued.IdempotencyKey is { } key && await session.QueryAsync(TurnSql.FindByKey, row => (Id: row.GetString(0), Hash: row.IsDBNull(1) ? null : row.GetString(1)), ("@key", key)) is [var first])
                return RequestHash.Agree(first.Hash, queued.RequestHash) ? first.Id : throw StoreErrors.OtherBody(first.Id);
            if (await session.ExecuteAsync(ConversationSql.Hold, ("@id", queued.Turn.Conversation)) == 0) throw StoreErrors.NoConversation(queued.Turn.Conversation);
            await TurnRows.EnqueueAsync(session, queued with { Turn = await LastAsync(session, queued.Turn), LeaseUntil = queued.LeaseUntil + database.ClockOffset }, secrets);
            return null;
        }, cancellationToken);
    }

    /// <summary>The turn behind all that wait in its conversation's queue, whichever node's clock they came by.</summary>
    private static async Task<Turn> LastAsync(SqlSession session, Turn turn) =>
        await session.QueryAsync(TurnSql.NewestQueued, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), ("@conversation", turn.Conversation)) is [{ } newest] && newest >= turn.CreatedAt.ToUnixTimeMilliseconds()
            ? turn with { CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(newest + 1) }
            : turn;

    public Task RequestCancelAsync(string turn, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await session.ExecuteAsync(TurnSql.RequestCancel, ("@turn", turn)) > 0) session.Tell(StoreChange.Cancel, turn);
        return true;
    }, cancellationToken);

    public async Task<IReadOnlyList<string>> CancelRequestsAsync(string node, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync(TurnSql.CancelRequests, row => row.GetString(0), ("@node", node)), cancellationToken);

    private async Task<bool> InterruptAsync(SqlSession session, string id, DateTimeOffset before, string? node, Func<string, ModelPrice?> price, DateTimeOffset now)
    {
        if (await session.QueryAsync(TurnSql.FindLapsed, row => TurnRows.Parse(row.GetFieldValue<byte[]>(0), secrets), ("@id", id), ("@before", before.ToUnixTimeMilliseconds()), ("@node", node)) is not [var running]) return false;
        var log = await SqlTurnLog.ReadAsync(session, id, 0, int.MaxValue);
        var sent = await session.QueryAsync(TurnSql.Request, row => row.GetFieldValue<byte[]>(0), ("@turn", id)) is [var kept] ? Packed.Unpack(kept) : ReadOnlyMemory<byte>.Empty;
        var ending = InterruptedTurn.Ending(running, log, await SqlOpenCallStore.AnsweredAsync(session, id), sent, price, now);
        var (turn, json) = LastingTurn.Of(InterruptedTurn.Of(running, log, ending, price, now), secrets);
        return await TurnRows.EndAsync(session, turn, json, ConversationSearchRows.WordsOf(turn), [.. ending]);
    }

    internal static byte[] Pack(IReadOnlyList<TraceStation> trace) => Packed.Pack(JsonSerializer.SerializeToUtf8Bytes(trace, TurnpikeJson.Relaxed.IReadOnlyListTraceStation));
}
