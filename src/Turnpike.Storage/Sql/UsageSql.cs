using Turnpike.Turns.Usage;

namespace Turnpike.Storage.Sql;

/// <summary>Sums over the requests to providers.</summary>
internal static class UsageSql
{
    private static readonly string[] Columns = ["t.created_at / 86400000", "a.model", "t.prompt_key", "t.project"];

    /// <summary>Made once for each choice of groups: a session knows its commands by their texts.</summary>
    private static readonly Texts[] Made = [.. Enumerable.Range(0, 16).Select(groups => new Texts(Sums(groups), Costs(groups)))];

    /// <summary>Rows: day, model, prompt, project, then sums in the order of <see cref="UsageRow"/>.</summary>
    /// <param name="by">What the rows are by.</param>
    public static Texts By(IReadOnlyList<UsageBy> by) => Made[by.Aggregate(0, (groups, one) => groups | (1 << (int)one))];

    private static string Sums(int groups) => $"""
        SELECT {Keys(groups)},
            COUNT(DISTINCT t.id), COUNT(DISTINCT CASE WHEN t.status = 'failed' THEN t.id END), COUNT(*),
            CAST(COALESCE(SUM(a.input_tokens), 0) AS BIGINT), CAST(COALESCE(SUM(a.cached_tokens), 0) AS BIGINT),
            CAST(COALESCE(SUM(a.output_tokens), 0) AS BIGINT), CAST(COALESCE(SUM(a.reasoning_tokens), 0) AS BIGINT),
            CAST(COALESCE(SUM(a.estimated), 0) AS BIGINT), COUNT(CASE WHEN a.estimated IS NOT NULL AND a.cost IS NULL THEN 1 END),
            AVG(a.milliseconds), AVG(a.time_to_first_token)
        {From}
        {Group(groups, "")}
        """;

    /// <summary>Amounts in 10^-9 of the currency, so that large sums still fit.</summary>
    private static string Costs(int groups) => $"""
        SELECT {Keys(groups)}, a.currency, CAST(SUM(a.cost / 1000) AS BIGINT)
        {From} AND a.cost IS NOT NULL
        {Group(groups, "a.currency")}
        """;

    private const string From = "FROM turns t JOIN attempts a ON a.turn = t.id WHERE t.created_at >= @from AND t.created_at < @to";

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
