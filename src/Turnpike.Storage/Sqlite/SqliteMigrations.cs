using Microsoft.Data.Sqlite;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>Brings a database's schema up to date: numbered scripts, each run once, all in one transaction.</summary>
internal static class SqliteMigrations
{
    /// <exception cref="Turns.TurnException"><c>storage_unavailable</c>: a newer program wrote this database.</exception>
    public static void Run(SqliteConnection connection, string path, DateTimeOffset now)
    {
        SqliteConnections.Run(connection, "BEGIN IMMEDIATE"); // the lock under which only one program migrates
        try
        {
            SqliteConnections.Run(connection, Migrations.Table);
            foreach (var (version, name) in Migrations.Missing(Applied(connection), unknown => SqliteErrors.Newer(path, unknown)))
            {
                SqliteConnections.Run(connection, Migrations.Script(name));
                Note(connection, version, name, now);
            }
            SqliteConnections.Run(connection, "COMMIT");
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) SqliteConnections.Run(connection, "ROLLBACK");
            throw;
        }
    }

    private static List<long> Applied(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Migrations.Applied;
        using var reader = command.ExecuteReader();
        var applied = new List<long>();
        while (reader.Read()) applied.Add(reader.GetInt64(0));
        return applied;
    }

    private static void Note(SqliteConnection connection, long version, string name, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Migrations.Note;
        command.Parameters.AddWithValue("@version", version);
        command.Parameters.AddWithValue("@name", name);
        command.Parameters.AddWithValue("@at", now.ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }
}
