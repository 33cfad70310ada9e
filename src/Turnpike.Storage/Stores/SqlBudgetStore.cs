using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;

namespace Turnpike.Storage.Stores;

/// <summary>What keys use, in the database that all organizations share. Each limit is one conditional update, so nodes cannot both take the last of it.</summary>
internal sealed class SqlBudgetStore(HomeDatabase home) : IBudgetStore
{
    public async Task<BudgetPeriod?> ReserveAsync(BudgetClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var periods = string.Join('\n', claim.Periods.Select(period => period.Name));
        try
        {
            return await home.Database.WriteInLineAsync<BudgetPeriod?>(async session =>
            {
                var reserved = await session.ExecuteAsync(BudgetSql.Reserve, ("@turn", claim.Turn), ("@key", claim.Key), ("@periods", periods), ("@tokens", claim.Tokens), ("@cost", claim.Cost), ("@organization", claim.Organization), ("@at", Milliseconds(claim.At)));
                if (reserved == 0) return null;
                foreach (var period in claim.Periods) await CountAsync(session, claim, period);
                return null;
            }, cancellationToken);
        }
        catch (FullException full)
        {
            return full.Period;
        }
    }

    public Task PauseAsync(string turn, CancellationToken cancellationToken) => home.Database.WriteInLineAsync(async session =>
    {
        if (await ReservedAsync(session, turn) is not { Runs: true } kept || await session.ExecuteAsync(BudgetSql.Pause, ("@turn", turn)) == 0) return false;
        await FreeAsync(session, kept);
        return true;
    }, cancellationToken);

    public Task GoOnAsync(string turn, CancellationToken cancellationToken) => home.Database.WriteInLineAsync(async session =>
    {
        if (await ReservedAsync(session, turn) is not { Runs: false } kept || await session.ExecuteAsync(BudgetSql.GoOn, ("@turn", turn)) == 0) return false;
        if (kept.Periods.Contains(BudgetPeriod.Running)) await CorrectAsync(session, kept.Key, BudgetPeriod.Running, 1, kept.Tokens, kept.Cost);
        return true;
    }, cancellationToken);

    public Task SettleAsync(string turn, long? tokens, long? cost, bool started, CancellationToken cancellationToken) => home.Database.WriteInLineAsync(async session =>
    {
        if (await ReservedAsync(session, turn) is not { } kept || await session.ExecuteAsync(BudgetSql.Release, ("@turn", turn)) == 0) return false;
        if (kept.Runs) await FreeAsync(session, kept);
        foreach (var period in kept.Periods.Where(period => period != BudgetPeriod.Running))
            await CorrectAsync(session, kept.Key, period, started ? 0 : -1, (tokens ?? kept.Tokens) - kept.Tokens, (cost ?? kept.Cost) - kept.Cost);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<BudgetReservation>> LeftAsync(string organization, DateTimeOffset before, CancellationToken cancellationToken) => home.Database.ReadAsync<IReadOnlyList<BudgetReservation>>(async session =>
        await session.QueryAsync(BudgetSql.Left, row => new BudgetReservation(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2) == 1), ("@before", Milliseconds(before)), ("@organization", organization)), cancellationToken);

    /// <summary>A moment on the clock that all nodes share.</summary>
    private long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() + (long)home.Database.ClockOffset.TotalMilliseconds;

    private static async Task CountAsync(SqlSession session, BudgetClaim claim, BudgetPeriod period)
    {
        var isNew = await session.ExecuteAsync(BudgetSql.Open, ("@key", claim.Key), ("@period", period.Name)) == 1;
        if (isNew && period.Name.StartsWith("minute:", StringComparison.Ordinal)) await session.ExecuteAsync(BudgetSql.Forget, ("@key", claim.Key), ("@period", period.Name));
        if (await session.ExecuteAsync(BudgetSql.Count, ("@tokens", claim.Tokens), ("@cost", claim.Cost), ("@key", claim.Key), ("@period", period.Name),
            ("@mostRequests", period.Requests), ("@mostTokens", period.Tokens), ("@mostCost", period.Cost)) == 0) throw new FullException(period);
    }

    private static Task<int> FreeAsync(SqlSession session, Kept kept) => kept.Periods.Contains(BudgetPeriod.Running) ? CorrectAsync(session, kept.Key, BudgetPeriod.Running, -1, -kept.Tokens, -kept.Cost) : Task.FromResult(0);

    private static Task<int> CorrectAsync(SqlSession session, string key, string period, long requests, long tokens, long cost) =>
        session.ExecuteAsync(BudgetSql.Correct, ("@requests", requests), ("@tokens", tokens), ("@cost", cost), ("@key", key), ("@period", period));

    private static async Task<Kept?> ReservedAsync(SqlSession session, string turn) =>
        await session.QueryAsync(BudgetSql.Reserved, row => new Kept(row.GetString(0), row.GetString(1).Split('\n'), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4) == 1), ("@turn", turn)) is [var kept] ? kept : null;

    private sealed record Kept(string Key, string[] Periods, long Tokens, long Cost, bool Runs);

    /// <summary>Undoes the transaction.</summary>
    private sealed class FullException(BudgetPeriod period) : Exception
    {
        public BudgetPeriod Period => period;
    }
}
