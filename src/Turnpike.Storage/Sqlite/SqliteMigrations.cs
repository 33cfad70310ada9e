using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Turnpike.Storage.Sqlite;

/// <summary>Brings a database's schema up to date: numbered scripts, each run once, all in one transaction.</summary>
internal static class SqliteMigrations
{
    private const string Folder = "migrations/";

    private static readonly (long Version, string Name)[] Known =
    [
        .. typeof(SqliteMigrations).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => (long.Parse(name.AsSpan(Folder.Length, 4), CultureInfo.InvariantCulture), name)),
    ];

    /// <exception cref="Turns.TurnException"><c>storage_unavailable</c>: a newer program wrote this database.</exception>
    public static void Run(SqliteConnection connection, string path, DateTimeOffset now)
    {
        SqliteConnections.Run(connection, "BEGIN IMMEDIATE"); // the lock under which only one program migrates
        try
        {
            SqliteConnections.Run(connection, "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)");
            var newest = Newest(connection);
            if (newest > Known[^1].Version) throw SqliteErrors.Newer(path, newest, Known[^1].Version);
            var done = Done(connection);
            foreach (var (version, name) in Known.Where(migration => !done.Contains(migration.Version)))
            {
                SqliteConnections.Run(connection, Script(name));
                Note(connection, version, name[Folder.Length..], now);
            }
            SqliteConnections.Run(connection, "COMMIT");
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) SqliteConnections.Run(connection, "ROLLBACK");
            throw;
        }
    }

    private static long Newest(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(max(version), 0) FROM schema_versions";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Scripts are numbered by what they are about, so one with a lower number may be newer.</summary>
    private static HashSet<long> Done(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT version FROM schema_versions";
        using var rows = command.ExecuteReader();
        var done = new HashSet<long>();
        while (rows.Read()) done.Add(rows.GetInt64(0));
        return done;
    }

    private static void Note(SqliteConnection connection, long version, string name, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO schema_versions (version, name, applied_at) VALUES (@version, @name, @at)";
        command.Parameters.AddWithValue("@version", version);
        command.Parameters.AddWithValue("@name", name);
        command.Parameters.AddWithValue("@at", now.ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }

    private static string Script(string name)
    {
        using var reader = new StreamReader(typeof(SqliteMigrations).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
