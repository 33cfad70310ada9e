using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>The words of conversations and turns, kept to be found.</summary>
internal static class ConversationSearchRows
{
    /// <summary>Puts the words of a title in the place of those of the one before.</summary>
    public static async Task KeepTitleAsync(SqlSession session, string id, string? before, string? title)
    {
        if (before == title) return;
        var sql = ConversationSearchSql.Of(session.Connection);
        if (before is not null) await RemoveAsync(session, sql.RemoveTitle, id);
        if (string.Join(' ', ConversationSearchText.Of(title)) is { Length: > 0 } words) await AddAsync(session, sql.AddTitle, id, words);
    }

    /// <summary>The words that a turn is found by.</summary>
    public static string WordsOf(Turn turn) => ConversationSearchText.Joined(turn);

    /// <summary>Keeps the words of a turn that has ended; one that began before turns had a place for them is given it.</summary>
    public static async Task KeepTurnAsync(SqlSession session, string id, string words)
    {
        if (words.Length == 0) return;
        var sql = ConversationSearchSql.Of(session.Connection);
        if (sql.PlaceTurn is { } place) await session.ExecuteAsync(place, ("@id", id));
        await AddAsync(session, sql.AddTurn, id, words);
    }

    /// <summary>Forgets the words of a turn.</summary>
    public static Task ForgetTurnAsync(SqlSession session, string id) => RemoveAsync(session, ConversationSearchSql.Of(session.Connection).RemoveTurn, id);

    /// <summary>Forgets the words of a conversation that is still there, and of its turns.</summary>
    public static Task ForgetAllAsync(SqlSession session, string id) => RemoveAsync(session, ConversationSearchSql.Of(session.Connection).RemoveAll, id);

    private static Task<int> AddAsync(SqlSession session, string sql, string id, string words)
    {
        session.WaitingWords++;
        return session.ExecuteAsync(sql, ("@words", words), ("@id", id));
    }

    private static async Task RemoveAsync(SqlSession session, IReadOnlyList<string> sql, string id)
    {
        foreach (var step in sql) await session.ExecuteAsync(step, ("@id", id));
    }
}
