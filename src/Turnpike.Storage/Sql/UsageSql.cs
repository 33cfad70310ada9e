using Turnpike.Turns.Usage;

namespace Turnpike.Storage.Sql;

/// <summary>Sums over the requests to providers: those of turns, and those beside them.</summary>
internal static class UsageSql
{
    private static readonly string[] Columns = ["a.created_at / 86400000", "a.model", "a.prompt_key", "a.project", "a.access_key"];

    /// <summary>Made once for each choice of groups: a session knows its commands by their texts.</summary>
    private static readonly Texts[] Made = [.. Enumerable.Range(0, 32).Select(groups => new Texts(Sums(groups), Costs(groups)))];

    /// <summary>Rows: day, model, prompt, project, key, then sums in the order of <see cref="UsageRow"/>.</summary>
    /// <param name="by">What the rows are by.</param>
    public static Texts By(IReadOnlyList<UsageBy> by) => Made[by.Aggregate(0, (groups, one) => groups | (1 << (int)one))];

    private static string Sums(int groups) => $"""
        SELECT {Keys(groups)},
            COUNT(DISTINCT a.turn), COUNT(DISTINCT CASE WHEN a.status = 'failed' THEN a.turn END), COUNT(*),
            {Tokens("a.input_tokens")}, {Tokens("a.cached_tokens")}, {Tokens("a.output_tokens")}, {Tokens("a.reasoning_tokens")},
            CAST(COALESCE(SUM(a.estimated), 0) AS BIGINT), COUNT(CASE WHEN a.estimated IS NOT NULL AND a.cost IS NULL THEN 1 END),
            AVG(a.milliseconds), AVG(a.time_to_first_token)
        {From}
        {Group(groups, "")}
        """;

    /// <summary>Rows of earlier programs may say what no model uses; their sum still has to fit.</summary>
    private static string Tokens(string column) => $"CAST(COALESCE(SUM(CASE WHEN {column} < 0 THEN 0 WHEN {column} > {TokenCounts.Most} THEN {TokenCounts.Most} ELSE {column} END), 0) AS BIGINT)";

    /// <summary>Whole units of the currency, and the rest in 10^-9 of it, so that the sums of whatever is kept still fit.</summary>
    private static string Costs(int groups) => $"""
        SELECT {Keys(groups)}, a.currency, CAST(SUM(a.cost / 1000000000000) AS BIGINT), CAST(SUM(a.cost % 1000000000000 / 1000) AS BIGINT)
        {From} WHERE a.cost IS NOT NULL
        {Group(groups, "a.currency")}
        """;

    public const string Keep = """
        INSERT INTO side_calls (id, kind, created_at, key, project, prompt_key, model, input_tokens, cached_tokens, output_tokens, reasoning_tokens, estimated, cost, currency, milliseconds)
        VALUES (@id, @kind, @createdAt, @key, @project, @prompt, @model, @input, @cached, @output, @reasoning, @estimated, @cost, @currency, @milliseconds)
        """;

    /// <summary>Keeps one unless it is here.</summary>
    public const string KeepNew = Keep + " ON CONFLICT (id) DO NOTHING";

    /// <summary>Keeps the user of a token, for which no key is kept, unless it is here.</summary>
    public const string KeepUser = "INSERT INTO token_users (key, name) VALUES (@key, @name) ON CONFLICT (key) DO NOTHING";

    public const string Users = "SELECT key, name FROM token_users";

    private const string From = """
        FROM (
            SELECT t.id AS turn, t.status, t.created_at, t.prompt_key, t.project, t.access_key, a.model, a.input_tokens, a.cached_tokens, a.output_tokens, a.reasoning_tokens, a.estimated, a.cost, a.currency, a.milliseconds, a.time_to_first_token
            FROM turns t JOIN attempts a ON a.turn = t.id WHERE t.created_at >= @from AND t.created_at < @to
            UNION ALL
            SELECT NULL, NULL, created_at, prompt_key, project, key, model, input_tokens, cached_tokens, output_tokens, reasoning_tokens, estimated, cost, currency, milliseconds, NULL
            FROM side_calls WHERE created_at >= @from AND created_at < @to
        ) a
        """;

    private static string Keys(int groups) => string.Join(", ", Columns.Select((column, at) => Has(groups, at) ? column : at == 0 ? "CAST(NULL AS BIGINT)" : "CAST(NULL AS TEXT)"));

    private static string Group(int groups, string more)
    {
        var columns = Columns.Where((_, at) => Has(groups, at)).Append(more).Where(column => column.Length > 0).ToList();
        return columns.Count == 0 ? "" : $"GROUP BY {string.Join(", ", columns)} ORDER BY {string.Join(", ", columns.Select(column => column + " NULLS FIRST"))}";
    }

    private static bool Has(int groups, int at) => (groups & (1 << at)) != 0;

    /// <param name="Sums">Counts and tokens.</param>
    /// <param name="Costs">Money.</param>
    internal sealed record Texts(string Sums, string Costs);
}
