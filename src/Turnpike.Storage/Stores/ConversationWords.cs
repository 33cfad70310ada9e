using Turnpike.Storage.Sql;
using Turnpike.Turns;

namespace Turnpike.Storage.Stores;

/// <summary>
/// Fills a page of a search by looking at the words of some conversations, without the index, which goes through all places where a word stands: at the newest ones where
/// nearly all have the words, and at those of a rare word where the others are frequent.
/// </summary>
internal static class ConversationWords
{
    /// <summary>The most titles and turns with a word whose conversations are looked at.</summary>
    public const long Rare = 200;

    private const long MostRows = 64;

    /// <summary>How many of the newest conversations are looked at for a page of so many rows.</summary>
    public static long Newest(int rows) => rows * 2L + 20;

    /// <summary>The first of the conversations that have all words; null when only the index can tell.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="words">The words; each must begin one of the conversation's.</param>
    /// <param name="candidates">The conversations to look at.</param>
    /// <param name="areAll">Whether no other conversation can have the words.</param>
    /// <param name="rows">The rows of a page.</param>
    public static async Task<List<Conversation>?> FindAsync(SqlSession session, IReadOnlyList<string> words, IReadOnlyList<Conversation> candidates, bool areAll, int rows)
    {
        var found = new List<Conversation>(rows);
        foreach (var conversation in candidates)
        {
            switch (await HasAsync(session, conversation.Id, words))
            {
                case null: return null;
                case true: found.Add(conversation); break;
                default: continue;
            }
            if (found.Count == rows) return found;
        }
        return areAll ? found : null;
    }

    /// <summary>Whether a conversation has all words; null when it has too many turns to look at.</summary>
    private static async Task<bool?> HasAsync(SqlSession session, string id, IReadOnlyList<string> words)
    {
        var isKnown = true;
        foreach (var word in words)
        {
            var (has, looked) = (await session.QueryAsync(ConversationSearchSql.Begins, row => (!row.IsDBNull(0) && row.GetInt64(0) != 0, row.GetInt64(1)), ("@word", word), ("@id", id), ("@most", MostRows)))[0];
            if (has) continue;
            if (looked < MostRows) return false;
            isKnown = false;
        }
        return isKnown ? true : null;
    }
}
