namespace Turnpike.Turns.Usage;

/// <summary>Sums what turns used, and the calls of models beside them.</summary>
public interface IUsageStore
{
    /// <summary>The usage of the turns that began in a period; only those that have ended count.</summary>
    Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>Keeps what a call of a model beside the road used: it is summed as an attempt that belongs to no turn.</summary>
    Task KeepAsync(SideCall call, CancellationToken cancellationToken);
}
