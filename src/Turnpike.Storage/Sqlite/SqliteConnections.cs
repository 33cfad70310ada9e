using Microsoft.Data.Sqlite;
using Turnpike.Storage.Files;

namespace Turnpike.Storage.Sqlite;

/// <summary>Opens connections to the database file.</summary>
internal static class SqliteConnections
{
    static SqliteConnections() => SQLitePCL.Batteries_V2.Init();

    /// <summary>The connection that writes.</summary>
    public static SqliteConnection OpenWriter(SqliteOptions options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(options.Path));
        if (folder is not null) PrivateFolder.Make(folder);
        return Open(options, $"""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = {(options.SyncEachCommit ? "FULL" : "NORMAL")};
            PRAGMA foreign_keys = ON;
            PRAGMA wal_autocheckpoint = 16000;
            PRAGMA journal_size_limit = 134217728;
            PRAGMA cache_size = -16000;
            PRAGMA temp_store = MEMORY;
            """);
    }

    /// <summary>A connection that only reads.</summary>
    public static SqliteConnection OpenReader(SqliteOptions options) => Open(options, "PRAGMA query_only = ON; PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;");

    private static SqliteConnection Open(SqliteOptions options, string settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = options.Path, Pooling = false, DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds) }.ToString());
        try
        {
            connection.Open();
            Run(connection, $"PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}; {settings}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
