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
        if (before is not null) await session.ExecuteAsync(sql.RemoveTitle, ("@id", id));
        if (Joined(ConversationSearchText.Of(title)) is { Length: > 0 } words) await session.ExecuteAsync(sql.AddTitle, ("@words", words), ("@id", id));
    }

    /// <summary>Keeps the words of a turn that has ended.</summary>
    public static async Task KeepTurnAsync(SqlSession session, Turn turn)
    {
        if (Joined(ConversationSearchText.Of(turn)) is not { Length: > 0 } words) return;
        var sql = ConversationSearchSql.Of(session.Connection);
        if (sql.PlaceTurn is { } place) await session.ExecuteAsync(place, ("@id", turn.Id));
        await session.ExecuteAsync(sql.AddTurn, ("@words", words), ("@id", turn.Id));
    }

    /// <summary>Forgets the words of a turn.</summary>
    public static Task ForgetTurnAsync(SqlSession session, string id) => session.ExecuteAsync(ConversationSearchSql.Of(session.Connection).RemoveTurn, ("@id", id));

    /// <summary>Forgets the words of a conversation that is still there, and of its turns.</summary>
    public static Task ForgetAllAsync(SqlSession session, string id) => session.ExecuteAsync(ConversationSearchSql.Of(session.Connection).RemoveAll, ("@id", id));

    private static string Joined(IEnumerable<string> words) => string.Join(' ', words);
}
