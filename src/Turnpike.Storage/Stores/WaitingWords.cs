using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Stores;

/// <summary>Words that are kept and not in the index yet. They are put in many at a time: in a quiet moment, when there are many, and before a search.</summary>
internal static class WaitingWords
{
    /// <summary>How many titles and turns are put in together.</summary>
    public const int Many = 512;

    /// <summary>Puts in those that wait longest, as many as go together; whether there may be more.</summary>
    public static async Task<bool> IndexAsync(SqlSession session)
    {
        if (ConversationSearchSql.Of(session.Connection).Waiting is not { } sql) return false;
        var (last, count) = (await session.QueryAsync(sql.First, row => (row.IsDBNull(0) ? 0 : row.GetInt64(0), row.GetInt64(1)), ("@most", (long)Many)))[0];
        if (count > 0) foreach (var step in (string[])[sql.Index, sql.Forget]) await session.ExecuteAsync(step, ("@last", last));
        session.WaitingWords = count < Many ? 0 : Math.Max(1, session.WaitingWords - Many);
        return count == Many;
    }

    /// <summary>Puts in all, so that a search finds them.</summary>
    public static async Task SettleAsync(SqlDatabase database, CancellationToken cancellationToken)
    {
        if (!await database.ReadAsync(AnyAsync, cancellationToken)) return;
        while (await database.WriteAsync(IndexAsync, cancellationToken))
        {
        }
    }

    private static async Task<bool> AnyAsync(SqlSession session) =>
        ConversationSearchSql.Of(session.Connection).Waiting is { } sql && (await session.QueryAsync(sql.First, row => row.GetInt64(1), ("@most", 1L)))[0] > 0;
}
