using System.Data.Common;
using Turnpike.Prompts;
using Turnpike.Storage.Files;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Conversations, in a database.</summary>
internal sealed class SqlConversationStore(SqlDatabase database, ISecretBox secrets) : IConversationStore
{
    private readonly ConversationRows _conversations = new(secrets);

    public Task<Conversation?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(session => _conversations.FindAsync(session, id), cancellationToken);

    public Task AddAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return database.WriteInLineAsync(async session =>
        {
            if (conversation.ForkedFrom is { } from)
            {
                await session.ExecuteAsync(ConversationSql.Take); // first: nobody deletes that turn from here on
                if (await session.QueryAsync(TurnSql.ConversationOf, _ => 1, ("@id", from)) is []) throw StoreErrors.NoOrigin(from);
            }
            if (await ConversationRows.ExistsAsync(session, conversation.Id)) throw StoreErrors.Taken(conversation.Id);
            await _conversations.InsertAsync(session, conversation);
            return true;
        }, cancellationToken);
    }

    public Task<Conversation?> UpdateAsync(string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return database.WriteAsync(async session =>
        {
            if (await _conversations.FindAsync(session, id) is not { } now) return null;
            var changed = change(now) with { Id = id };
            await _conversations.UpdateAsync(session, now, changed);
            if (!ReferenceEquals(now.Prompt, changed.Prompt)) await ConversationRows.PinAsync(session, changed, now.Prompt);
            return changed;
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => database.WriteInLineAsync(async session =>
    {
        await session.ExecuteAsync(ConversationSql.Take); // first: of two that share turns the second sees that the first is gone
        if (await session.ExecuteAsync(ConversationSql.Hold, ("@id", id)) == 0) return false;
        await ConversationSearchRows.ForgetAllAsync(session, id);
        if (await session.QueryAsync(ConversationSql.Delete, row => (Prompt: Text(row, 0), Head: Text(row, 1), ForkedFrom: Text(row, 2)), ("@id", id)) is not [var gone]) return false;
        var prompts = new HashSet<string?> { gone.Prompt };
        await ContentRows.ReleaseAsync(session, id);
        await session.ExecuteAsync(TurnSql.ForgetExternal, ("@target", id));
        foreach (var turn in await session.QueryAsync(TurnSql.Needless, row => row.GetString(0), ("@conversation", id), ("@head", gone.Head), ("@forkedFrom", gone.ForkedFrom)))
        {
            prompts.UnionWith(await session.QueryAsync(TurnSql.Delete, row => Text(row, 0), ("@id", turn))); // first: whoever is just writing to it is waited for
            await session.ExecuteAsync(EventSql.Delete, ("@turn", turn));
            await ConversationSearchRows.ForgetTurnAsync(session, turn);
            await ContentRows.ReleaseAsync(session, turn);
            await session.ExecuteAsync(TurnSql.ForgetExternal, ("@target", turn));
        }
        foreach (var hash in prompts.OfType<string>()) await PromptContents.ForgetAsync(session, hash);
        return true;
    }, cancellationToken);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public async Task<Page<Conversation>> ListAsync(ConversationQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (after, words) = (PageCursor.Parse(query.After), ConversationSearchText.Words(query.Query));
        if (ConversationSearchText.IsWordless(query.Query)) return new([], null);
        if (words.Length > 0) await WaitingWords.SettleAsync(database, cancellationToken);
        return await database.ReadAsync(async session =>
        {
            var sought = words.Length == 0 ? null : await SoughtWords.OfAsync(session, words, guess: true);
            var rows = sought is null ? null : await LookedAtAsync(session, query, after, words, sought);
            if (rows is null && sought is { AreMany: true, IsGuess: true }) sought = await SoughtWords.OfAsync(session, words, guess: false);
            rows ??= await ReadAsync(session, query, after, sought, query.Limit + 1L);
            if (rows.Count <= query.Limit) return new Page<Conversation>(rows, null);
            rows.RemoveAt(query.Limit);
            return new Page<Conversation>(rows, new PageCursor(rows[^1].UpdatedAt.ToUnixTimeMilliseconds(), rows[^1].Id).ToString());
        }, cancellationToken);
    }

    /// <summary>A page that some conversations tell by their words; null: it takes the index.</summary>
    private async Task<List<Conversation>?> LookedAtAsync(SqlSession session, ConversationQuery query, PageCursor after, string[] words, SoughtWords sought)
    {
        if (sought.AreMany)
        {
            var newest = await ReadAsync(session, query, after, null, ConversationWords.Newest(query.Limit + 1));
            return await ConversationWords.FindAsync(session, words, newest, areAll: newest.Count < ConversationWords.Newest(query.Limit + 1), query.Limit + 1);
        }
        if (words.Length == 1 || sought.Fewest > ConversationWords.Rare) return null;
        var some = await ReadAsync(session, query, after, sought with { Matches = [sought.Matches[0]] }, ConversationWords.Rare + 1);
        return await ConversationWords.FindAsync(session, words, some, areAll: true, query.Limit + 1);
    }

    private Task<List<Conversation>> ReadAsync(SqlSession session, ConversationQuery query, PageCursor after, SoughtWords? sought, long limit) =>
        session.QueryAsync(ConversationSearchSql.Of(session.Connection).List(sought?.Matches.Count ?? 0, sought?.AreMany == true), _conversations.Read,
        [
            ("@time", after.Time), ("@name", after.Name), ("@prompt", query.Prompt), ("@project", query.Project),
            ("@pinned", ConversationRows.Flag(query.Pinned)), ("@starred", ConversationRows.Flag(query.Starred)), ("@archived", ConversationRows.Flag(query.Archived)), ("@limit", limit),
            .. (sought?.Matches ?? []).Select((match, i) => ($"@word{i}", (object?)match)),
        ]);
}
