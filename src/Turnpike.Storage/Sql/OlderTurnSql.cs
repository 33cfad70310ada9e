namespace Turnpike.Storage.Sql;

/// <summary>How far the turns that ended before turns were searched have been given their words.</summary>
internal static class OlderTurnSql
{
    public const string Position = "SELECT position FROM older_turns";

    /// <summary>Of several programs only one comes from a position to the next.</summary>
    public const string Move = "UPDATE older_turns SET position = @next WHERE position = @position";

    public const string Finish = "DELETE FROM older_turns";
}
