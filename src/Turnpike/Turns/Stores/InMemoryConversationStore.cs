using Turnpike.Prompts;

namespace Turnpike.Turns.Stores;

/// <summary>Conversations, in memory.</summary>
internal sealed class InMemoryConversationStore(InMemoryState state) : IConversationStore
{
    public Task<Conversation?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Conversations.GetValueOrDefault(id));
    }

    public Task AddAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        lock (state.Gate)
        {
            if (conversation.ForkedFrom is { } from && !state.Turns.ContainsKey(from)) return Task.FromException(StoreErrors.NoOrigin(from));
            return state.Conversations.TryAdd(conversation.Id, conversation) ? Task.CompletedTask : Task.FromException(StoreErrors.Taken(conversation.Id));
        }
    }

    public Task<Conversation?> UpdateAsync(string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (state.Gate)
        {
            if (!state.Conversations.TryGetValue(id, out var now)) return Task.FromResult<Conversation?>(null);
            return Task.FromResult<Conversation?>(state.Conversations[id] = change(now) with { Id = id });
        }
    }

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (!state.Conversations.ContainsKey(id)) return Task.FromResult(false);
            state.Remove(new HashSet<string>(StringComparer.Ordinal) { id }, static _ => { });
            return Task.FromResult(true);
        }
    }

    public Task<Page<Conversation>> ListAsync(ConversationQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (after, words) = (PageCursor.Parse(query.After), ConversationSearchText.Words(query.Query));
        if (ConversationSearchText.IsWordless(query.Query)) return Task.FromResult(new Page<Conversation>([], null));
        List<Conversation> rows;
        lock (state.Gate)
        {
            var turns = state.Turns.Values.ToLookup(kept => kept.Turn.Conversation);
            rows = [.. state.Conversations.Values
                .Where(row => !IsLeftOut(row, turns[row.Id]) && after.IsBefore(TimeOf(row), row.Id) && Fits(query, row) && Has(row, turns[row.Id], words))
                .OrderByDescending(TimeOf).ThenByDescending(row => row.Id, StringComparer.Ordinal).Take(query.Limit + 1)];
        }
        var page = rows.Count > query.Limit ? rows.GetRange(0, query.Limit) : rows;
        return Task.FromResult(new Page<Conversation>(page, rows.Count > query.Limit ? new PageCursor(TimeOf(page[^1]), page[^1].Id).ToString() : null));
    }

    /// <summary>Whether a turn began it, nothing of its turns is kept, and nobody marked it.</summary>
    internal static bool IsLeftOut(Conversation row, IEnumerable<InMemoryState.KeptTurn> turns) => row is { Title: null, Pinned: false, Starred: false }
        && turns.Any(kept => kept.Beginning.IsNewConversation) && turns.All(kept => kept.Turn.Forgotten || kept.Turn.Store == false);

    private static bool Fits(ConversationQuery query, Conversation row) => (query.Prompt is null || row.Prompt?.Key == query.Prompt) && (query.Project is null || row.Project == query.Project)
        && (query.Pinned is null || row.Pinned == query.Pinned) && (query.Starred is null || row.Starred == query.Starred) && (query.Archived is null || row.Archived == query.Archived);

    private static bool Has(Conversation row, IEnumerable<InMemoryState.KeptTurn> turns, string[] words)
    {
        if (words.Length == 0) return true;
        var said = ConversationSearchText.Of(row.Title).Concat(turns.Where(kept => kept.Turn.HasEnded).SelectMany(kept => ConversationSearchText.Joined(kept.Turn).Split(' '))).ToHashSet(StringComparer.Ordinal);
        return words.All(word => said.Any(one => one.StartsWith(word, StringComparison.Ordinal)));
    }

    private static long TimeOf(Conversation row) => row.UpdatedAt.ToUnixTimeMilliseconds();
}
