namespace Turnpike.Storage.Sql;

/// <summary>The table of events.</summary>
internal static class EventSql
{
    /// <summary>
    /// Puts a row at the end of the log of a running turn. It changes nothing when the turn does not run any more, or when events before it are missing: so a
    /// log has no gaps whatever goes wrong, and who lost a turn cannot write to it.
    /// </summary>
    public const string Append = """
        INSERT INTO events (turn, last, first, type, at, data)
        SELECT @turn, @last, @first, @type, @at, @data
        WHERE EXISTS (SELECT 1 FROM leases WHERE turn = @turn)
          AND @first = 1 + COALESCE((SELECT max(last) FROM events WHERE turn = @turn), 0)
        """;

    /// <summary>The rows that hold events after a number.</summary>
    public const string Read = """
        SELECT last, first, type, at, data FROM events
        WHERE turn = @turn AND last > @after
        ORDER BY last LIMIT @limit
        """;

    public const string Delete = "DELETE FROM events WHERE turn = @turn";
}
