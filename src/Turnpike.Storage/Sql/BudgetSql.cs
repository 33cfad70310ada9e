namespace Turnpike.Storage.Sql;

/// <summary>The tables of what keys used and of what is reserved.</summary>
internal static class BudgetSql
{
    public const string Open = "INSERT INTO key_usage (key, period, requests, tokens, cost) VALUES (@key, @period, 0, 0, 0) ON CONFLICT (key, period) DO NOTHING";

    /// <summary>Counts a turn where the limits allow it; no row is changed where they do not. The row is locked from here on, so that nodes stand in line.</summary>
    public const string Count = """
        UPDATE key_usage SET requests = requests + 1, tokens = tokens + @tokens, cost = cost + @cost
        WHERE key = @key AND period = @period AND requests < @mostRequests AND tokens <= @mostTokens - @tokens AND cost <= @mostCost - @cost
        """;

    public const string Correct = "UPDATE key_usage SET requests = requests + @requests, tokens = tokens + @tokens, cost = cost + @cost WHERE key = @key AND period = @period";

    /// <summary>Forgets the minutes before one.</summary>
    public const string Forget = "DELETE FROM key_usage WHERE key = @key AND period >= 'minute:' AND period < @period";

    /// <summary>Keeps what is reserved for a turn; no row is changed where that was done before.</summary>
    public const string Reserve = "INSERT INTO key_turns (turn, key, periods, tokens, cost, runs, organization, reserved_at) VALUES (@turn, @key, @periods, @tokens, @cost, 1, @organization, @at) ON CONFLICT (turn) DO NOTHING";

    /// <summary>What was reserved before a moment for the turns of an organization, or for nobody knows whose.</summary>
    public const string Left = "SELECT turn, organization, runs FROM key_turns WHERE reserved_at < @before AND (organization = @organization OR organization IS NULL) ORDER BY turn";

    public const string Reserved = "SELECT key, periods, tokens, cost, runs FROM key_turns WHERE turn = @turn";

    public const string Pause = "UPDATE key_turns SET runs = 0 WHERE turn = @turn AND runs = 1";

    public const string GoOn = "UPDATE key_turns SET runs = 1 WHERE turn = @turn AND runs = 0";

    public const string Release = "DELETE FROM key_turns WHERE turn = @turn";
}
