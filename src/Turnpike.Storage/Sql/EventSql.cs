namespace Turnpike.Storage.Sql;

/// <summary>
/// The log: the table of events, and the text that the table of running turns still gathers. Whatever adds to a log names the number it follows on, so a log
/// has no gaps whatever goes wrong, and who lost a turn cannot write to it.
/// </summary>
internal static class EventSql
{
    /// <summary>Moves the end of a running turn's log on; what was gathered is taken as moved.</summary>
    public const string Advance = "UPDATE running SET last = @last, data = NULL WHERE turn = @turn AND last = @expected";

    /// <summary>Puts gathered text at the end of a running turn's log.</summary>
    public const string Gather = "UPDATE running SET last = @last, first = @first, type = @type, at = @at, data = @data WHERE turn = @turn AND last = @expected";

    /// <summary>Copies what was gathered to the events.</summary>
    public const string Move = """
        INSERT INTO events (turn, last, first, type, at, data)
        SELECT turn, last, first, type, at, data FROM running WHERE turn = @turn AND last = @expected AND data IS NOT NULL
        """;

    public const string Insert = "INSERT INTO events (turn, last, first, type, at, data) VALUES (@turn, @last, @first, @type, @at, @data)";

    /// <summary>The rows that hold events after a number.</summary>
    public const string Read = """
        SELECT last, first, type, at, data FROM events WHERE turn = @turn AND last > @after
        UNION ALL
        SELECT last, first, type, at, data FROM running WHERE turn = @turn AND last > @after AND data IS NOT NULL
        ORDER BY last LIMIT @limit
        """;

    /// <summary>Deletes all but the last event of a log.</summary>
    public const string DeleteBefore = "DELETE FROM events WHERE turn = @turn AND last < (SELECT MAX(e.last) FROM events e WHERE e.turn = @turn)";

    public const string Delete = "DELETE FROM events WHERE turn = @turn";
}
