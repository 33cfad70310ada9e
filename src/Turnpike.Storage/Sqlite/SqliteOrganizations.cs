using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>The files of organizations: <c>organizations/{place}.db</c> beside the default one's, or <c>{file}.organizations/{place}.db</c> where that is another database's.</summary>
internal static class SqliteOrganizations
{
    public static OrganizationDatabases Of(SqliteDatabase home, SqliteOptions options, TimeProvider time) =>
        new(home, place => SqliteDatabase.Open(options with { Path = PathOf(home, options, place) }, time));

    private static string PathOf(SqliteDatabase home, SqliteOptions options, string place) => new SqliteNeighbours(options.Path).PlaceOf(Path.Combine("organizations", place + ".db"), () => Knows(home, place));

    /// <summary>Whether the default organization's database knows one at a place from before.</summary>
    private static bool Knows(SqliteDatabase home, string place) =>
        Task.Run(() => home.ReadAsync(session => session.QueryAsync(OrganizationSql.All, row => row.GetString(0)), CancellationToken.None)).GetAwaiter().GetResult().Exists(known => OrganizationDatabases.PlaceOf(known) == place);
}
