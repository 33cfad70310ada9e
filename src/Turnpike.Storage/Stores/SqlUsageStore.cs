using System.Data.Common;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Usage;

namespace Turnpike.Storage.Stores;

/// <summary>Sums over a database's turns and the calls beside them.</summary>
internal sealed class SqlUsageStore(SqlDatabase database) : IUsageStore
{
    private const decimal CostUnits = 1_000_000_000m;

    public Task KeepAsync(SideCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        return database.WriteAsync(session => KeepAsync(session, UsageSql.Keep, call), cancellationToken);
    }

    internal static Task<int> KeepAsync(SqlSession session, string sql, SideCall call) => session.ExecuteAsync(sql,
        ("@id", call.Id), ("@kind", call.Kind), ("@createdAt", call.CreatedAt.ToUnixTimeMilliseconds()), ("@key", call.Key), ("@project", call.Project), ("@prompt", call.Prompt), ("@model", call.Model),
        ("@input", call.Usage?.InputTokens), ("@cached", call.Usage?.CachedTokens), ("@output", call.Usage?.OutputTokens), ("@reasoning", call.Usage?.ReasoningTokens),
        ("@estimated", call.Usage is { } used ? used.Estimated ? 1L : 0L : null), ("@cost", KeptCost.Of(call.Cost)), ("@currency", call.Cost?.Currency),
        ("@milliseconds", call.Milliseconds));

    public Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return database.ReadAsync(async session =>
        {
            var total = await RowsAsync(session, query, []);
            var rows = query.By.Count == 0 ? total : await RowsAsync(session, query, query.By);
            return new UsageReport(query.From, query.To, query.By, query.By.Contains(UsageBy.Key) ? await NamedAsync(session, rows) : rows, total[0]);
        }, cancellationToken);
    }

    /// <summary>The rows with the users of tokens; the names of keys stand where keys are kept.</summary>
    private static async Task<List<UsageRow>> NamedAsync(SqlSession session, List<UsageRow> rows)
    {
        var users = (await session.QueryAsync(UsageSql.Users, row => (Key: row.GetString(0), Name: row.GetString(1)))).ToDictionary(user => user.Key, user => user.Name, StringComparer.Ordinal);
        return [.. rows.Select(row => row.Key is { } key && users.TryGetValue(key, out var name) ? row with { KeyName = name } : row)];
    }

    private static async Task<List<UsageRow>> RowsAsync(SqlSession session, UsageQuery query, IReadOnlyList<UsageBy> by)
    {
        var (from, to, sql) = (query.From.ToUnixTimeMilliseconds(), query.To.ToUnixTimeMilliseconds(), UsageSql.By(by));
        var costs = (await session.QueryAsync(sql.Costs, row => (Key: Key(row), Cost: new TurnCost(row.GetInt64(6) + row.GetInt64(7) / CostUnits, row.GetString(5))), ("@from", from), ("@to", to))).ToLookup(row => row.Key, row => row.Cost);
        return await session.QueryAsync(sql.Sums, row => Row(row, [.. costs[Key(row)].OrderBy(cost => cost.Currency, StringComparer.Ordinal)]), ("@from", from), ("@to", to));
    }

    private static (string? Day, string? Model, string? Prompt, string? Project, string? Key) Key(DbDataReader row) => (Day(row), Text(row, 1), Text(row, 2), Text(row, 3), Text(row, 4));

    private static UsageRow Row(DbDataReader row, IReadOnlyList<TurnCost> cost) => new()
    {
        Day = Day(row),
        Model = Text(row, 1),
        Prompt = Text(row, 2),
        Project = Text(row, 3),
        Key = Text(row, 4),
        Turns = row.GetInt64(5),
        Failed = row.GetInt64(6),
        Attempts = row.GetInt64(7),
        InputTokens = row.GetInt64(8),
        CachedTokens = row.GetInt64(9),
        OutputTokens = row.GetInt64(10),
        ReasoningTokens = row.GetInt64(11),
        Estimated = row.GetInt64(12),
        Unpriced = row.GetInt64(13),
        Milliseconds = row.IsDBNull(14) ? 0 : row.GetDouble(14),
        TimeToFirstToken = row.IsDBNull(15) ? null : row.GetDouble(15),
        Cost = cost,
    };

    private static string? Day(DbDataReader row) => row.IsDBNull(0) ? null : DateTimeOffset.UnixEpoch.AddDays(row.GetInt64(0)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
