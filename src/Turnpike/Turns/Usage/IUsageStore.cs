namespace Turnpike.Turns.Usage;

/// <summary>Sums what turns used.</summary>
public interface IUsageStore
{
    /// <summary>The usage of the turns that began in a period; only those that have ended count.</summary>
    Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken);
}
