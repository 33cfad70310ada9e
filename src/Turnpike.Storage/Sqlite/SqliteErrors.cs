using Microsoft.Data.Sqlite;
using SQLitePCL;
using Turnpike.Turns;

namespace Turnpike.Storage.Sqlite;

/// <summary>What people are told when SQLite fails. Clients may be strangers: where the file is, is for who runs the program.</summary>
internal static class SqliteErrors
{
    public static TurnException Of(string path, SqliteException error) => Of(path, error.SqliteErrorCode, error);

    public static TurnException Of(string path, int code, Exception? inner = null) => Of(path, What(code & 0xff), TimeSpan.FromSeconds(5), inner);

    public static TurnException Newer(string path, long unknown) =>
        Of(path, $"was written by a newer Turnpike: its schema holds the change {unknown}, which this program does not know. Start the newer program, or give this one another data folder.", null, null);

    public static TurnException Closed() => new(TurnErrorCode.ShuttingDown, "The database is being closed.") { RetryAfter = TimeSpan.FromSeconds(5) };

    private static TurnException Of(string path, string why, TimeSpan? retryAfter, Exception? inner) =>
        new(TurnErrorCode.StorageUnavailable, $"The database {why}", inner) { OperatorMessage = $"The database \"{path}\" {why}", RetryAfter = retryAfter };

    /// <summary>Whether another program holds the file.</summary>
    public static bool IsBusy(SqliteException error) => error.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    private static string What(int code) => code switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "is held by another program that writes to it for too long. Stop that program, or try again.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => "cannot be written. Give this program the right to write the file and its folder.",
        raw.SQLITE_CANTOPEN => "cannot be opened. See that its folder exists, that it is a file, and that this program may read and write both.",
        raw.SQLITE_NOTADB => "is not a database. Another file may stand in its place; move it away, or give another path.",
        raw.SQLITE_CORRUPT => "is damaged. Put a copy from your backup in its place; \"sqlite3 FILE .recover\" may save what is readable.",
        raw.SQLITE_FULL => "cannot grow: the disk is full. Make room and try again.",
        raw.SQLITE_IOERR => "cannot be read or written: the disk or the network share failed.",
        _ => $"failed (SQLite code {code}: {raw.sqlite3_errstr(code).utf8_to_string()}).",
    };
}
