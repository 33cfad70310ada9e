namespace Turnpike.Turns.Access;

/// <summary>Counts in memory, for one process.</summary>
public sealed class InMemoryBudgetStore : IBudgetStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Key, string Period), (long Requests, long Tokens, long Cost)> _used = [];
    private readonly Dictionary<string, (BudgetClaim Claim, bool Runs)> _claims = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<BudgetPeriod?> ReserveAsync(BudgetClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        lock (_gate)
        {
            if (_claims.ContainsKey(claim.Turn)) return Task.FromResult<BudgetPeriod?>(null);
            foreach (var period in claim.Periods)
            {
                var used = _used.GetValueOrDefault((claim.Key, period.Name));
                if (used.Requests >= period.Requests || used.Tokens + claim.Tokens > period.Tokens || used.Cost + claim.Cost > period.Cost) return Task.FromResult<BudgetPeriod?>(period);
            }
            foreach (var period in claim.Periods) Count(claim.Key, period.Name, 1, claim.Tokens, claim.Cost);
            _claims[claim.Turn] = (claim, Runs: true);
            return Task.FromResult<BudgetPeriod?>(null);
        }
    }

    /// <inheritdoc/>
    public Task PauseAsync(string turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_claims.TryGetValue(turn, out var kept) && kept.Runs)
            {
                Free(kept.Claim);
                _claims[turn] = (kept.Claim, Runs: false);
            }
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task GoOnAsync(string turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_claims.TryGetValue(turn, out var kept) || kept.Runs) return Task.CompletedTask;
            if (kept.Claim.Periods.Any(period => period.Name == BudgetPeriod.Running)) Count(kept.Claim.Key, BudgetPeriod.Running, 1, 0, 0);
            _claims[turn] = (kept.Claim, Runs: true);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SettleAsync(string turn, long? tokens, long? cost, bool started, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_claims.Remove(turn, out var kept)) return Task.CompletedTask;
            if (kept.Runs) Free(kept.Claim);
            var (claim, requests) = (kept.Claim, started ? 0 : -1);
            foreach (var period in claim.Periods.Where(period => period.Name != BudgetPeriod.Running)) Count(claim.Key, period.Name, requests, (tokens ?? claim.Tokens) - claim.Tokens, (cost ?? claim.Cost) - claim.Cost);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<BudgetReservation>> LeftAsync(string organization, DateTimeOffset before, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<BudgetReservation>>([.. _claims.Values.Where(kept => kept.Claim.Organization == organization && kept.Claim.At < before)
                .Select(kept => new BudgetReservation(kept.Claim.Turn, organization, kept.Runs)).OrderBy(left => left.Turn, StringComparer.Ordinal)]);
        }
    }

    private void Free(BudgetClaim claim)
    {
        if (claim.Periods.Any(period => period.Name == BudgetPeriod.Running)) Count(claim.Key, BudgetPeriod.Running, -1, 0, 0);
    }

    private void Count(string key, string period, long requests, long tokens, long cost)
    {
        var used = _used.GetValueOrDefault((key, period));
        _used[(key, period)] = (used.Requests + requests, used.Tokens + tokens, used.Cost + cost);
    }
}
