using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Stores;

/// <summary>Where revisions begin: above those of whatever of its kind is gone, so that one that was read never fits what was made anew under the same name.</summary>
internal static class LeftRevisions
{
    public const string Drafts = "draft";
    public const string Tests = "tests";
    public const string Rules = "rule";
    public const string Tags = "tag";
    public const string Projects = "project";

    /// <summary>The revision of what is saved now.</summary>
    /// <param name="session">Where.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="before">The revision of the one that is there; null or 0: there is none.</param>
    public static async Task<int> NextAsync(SqlSession session, string kind, int? before) =>
        before is > 0 and { } kept ? kept + 1 : await session.QueryAsync(LeftRevisionSql.Find, row => (int)row.GetInt64(0), ("@kind", kind)) is [var left] ? left + 1 : 1;

    /// <summary>Notes what was deleted; whether there was anything.</summary>
    public static async Task<bool> NoteAsync(SqlSession session, string kind, IReadOnlyList<int> gone)
    {
        foreach (var revision in gone) await session.ExecuteAsync(LeftRevisionSql.Note, ("@kind", kind), ("@number", (long)revision));
        return gone.Count > 0;
    }
}
