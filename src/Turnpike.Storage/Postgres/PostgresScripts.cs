using System.Text.RegularExpressions;

namespace Turnpike.Storage.Postgres;

/// <summary>Reads the migration scripts, which are written in SQLite's words, for PostgreSQL.</summary>
internal static partial class PostgresScripts
{
    /// <summary>
    /// The script in PostgreSQL's words. Text is compared by its bytes, as SQLite does, whatever the language of the database.
    /// </summary>
    public static string Translate(string script) => Text().Replace(Blob().Replace(WithoutRowId().Replace(Comment().Replace(script, ""), ")"), "BYTEA"), "TEXT COLLATE \"C\"");

    /// <summary>What suits a table that is changed all the time: room beside each row for its next version, and a vacuum that does not wait.</summary>
    public const string Tuning = "ALTER TABLE running SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)";

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\)\s*WITHOUT\s+ROWID")]
    private static partial Regex WithoutRowId();

    [GeneratedRegex(@"\bBLOB\b")]
    private static partial Regex Blob();

    [GeneratedRegex(@"\bTEXT\b")]
    private static partial Regex Text();
}
