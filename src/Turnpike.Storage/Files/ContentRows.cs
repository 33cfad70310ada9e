using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Files;

/// <summary>Who needs which contents.</summary>
internal static class ContentRows
{
    /// <summary>Notes that an owner needs a content.</summary>
    public static Task<int> ReferAsync(SqlSession session, string owner, string hash) => session.ExecuteAsync(ContentSql.Refer, ("@owner", owner), ("@hash", hash));

    /// <summary>Notes that an owner no longer needs a content; null: any. From now on the bytes that nobody else needs stay as long as those that were just brought.</summary>
    public static async Task ReleaseAsync(SqlSession session, string owner, string? hash = null)
    {
        await session.ExecuteAsync(ContentSql.LetGo, ("@now", session.Time.GetUtcNow().ToUnixTimeMilliseconds()), ("@owner", owner), ("@hash", hash));
        await session.ExecuteAsync(ContentSql.Release, ("@owner", owner), ("@hash", hash));
    }
}
