namespace Turnpike.Storage.Sql;

/// <summary>The tables of tool calls that wait, and of waiting turns.</summary>
internal static class OpenCallSql
{
    public const string Insert = "INSERT INTO open_calls (turn, call, place, expires_at, json) VALUES (@turn, @call, @place, @expires, @json) ON CONFLICT DO NOTHING";

    /// <summary>Opens a call again that was answered and asks something.</summary>
    public const string Reopen = "UPDATE open_calls SET json = @json, expires_at = @expires, answer = NULL, begun_at = NULL, result = NULL WHERE turn = @turn AND call = @call";

    public const string Of = "SELECT json, answer, begun_at, result FROM open_calls WHERE turn = @turn ORDER BY place";

    public const string Find = "SELECT json, answer, begun_at, result FROM open_calls WHERE turn = @turn AND call = @call";

    /// <summary>Keeps the first answer.</summary>
    public const string Answer = "UPDATE open_calls SET answer = @answer WHERE turn = @turn AND call = @call AND answer IS NULL";

    /// <summary>Marks a call as acted on, once.</summary>
    public const string Begin = "UPDATE open_calls SET begun_at = @at WHERE turn = @turn AND call = @call AND begun_at IS NULL";

    public const string Finish = "UPDATE open_calls SET result = @result WHERE turn = @turn AND call = @call";

    public const string Wait = "INSERT INTO waiting (turn, json) VALUES (@turn, @json) ON CONFLICT (turn) DO UPDATE SET json = excluded.json";

    public const string State = "SELECT json FROM waiting WHERE turn = @turn";

    /// <summary>Changes a turn that has not ended, if it has a status.</summary>
    public const string Change = "UPDATE turns SET status = @status, json = @json WHERE id = @turn AND status = @before AND ended_at IS NULL";

    /// <summary>Who holds a running turn, and until when.</summary>
    public const string Hold = "UPDATE running SET node = @node, until = @until WHERE turn = @turn";

    /// <summary>Calls of waiting turns whose time has run out. Those that wait are few and come first; of calls that were handed over there are more every day.</summary>
    public const string Expired = """
        SELECT o.turn, o.call, o.json FROM waiting w CROSS JOIN turns t CROSS JOIN open_calls o
        WHERE t.id = w.turn AND t.status = 'waiting' AND o.turn = w.turn AND o.answer IS NULL AND o.expires_at <= @now ORDER BY o.turn, o.place
        """;

    /// <summary>Waiting turns that have all their answers.</summary>
    public const string Ready = """
        SELECT w.turn FROM waiting w JOIN turns t ON t.id = w.turn
        WHERE t.status = 'waiting' AND NOT EXISTS (SELECT 1 FROM open_calls o WHERE o.turn = w.turn AND o.answer IS NULL) ORDER BY w.turn
        """;

    /// <summary>Waiting turns that somebody asked to cancel: while they still ran, as their node heard too late.</summary>
    public const string Cancelled = "SELECT w.turn FROM waiting w JOIN running r ON r.turn = w.turn JOIN turns t ON t.id = w.turn WHERE t.status = 'waiting' AND r.cancelled = 1 ORDER BY w.turn";

    /// <summary>A turn that a node claimed until a moment and that nobody else has touched since.</summary>
    public const string IsHeld = "SELECT 1 FROM running r JOIN turns t ON t.id = r.turn WHERE r.turn = @turn AND r.node = @node AND r.until = @until AND t.status = 'running'";

    public const string Forget = "DELETE FROM open_calls WHERE turn = @turn";

    public const string NoLonger = "DELETE FROM waiting WHERE turn = @turn";
}
