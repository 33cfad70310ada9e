using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Ends all turns whose leases ran out, as a node does that tends to them.</summary>
internal static class Sweeping
{
    /// <summary>The turns that were ended.</summary>
    public static async Task<IReadOnlyList<string>> SweepAsync(this ITurnStore turns, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var swept = new List<string>();
        foreach (var id in await turns.LapsedAsync(before, cancellationToken))
            if (await turns.InterruptAsync(id, before, null, _ => null, now, cancellationToken)) swept.Add(id);
        return swept;
    }
}
