using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Turnpike.Turns.Access;

namespace Turnpike.Pipeline;

// How a node holds the turns that it runs.
public sealed partial class TurnRunner
{
    private readonly SemaphoreSlim _renewingNow = new(1, 1);
    private readonly ConcurrentDictionary<string, bool> _notRenewed = new(StringComparer.Ordinal); // organizations whose leases could not be renewed the last time

    /// <summary>Renews the leases of the turns that run here, each organization by itself: nothing else that this node has to do may take so long that others think it is gone.</summary>
    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        await _renewingNow.WaitAsync(cancellationToken);
        try
        {
            using var nobody = KeyScope.Enter(null);
            await Task.WhenAll(_live.Values.GroupBy(live => live.Organization, StringComparer.Ordinal).Select(running => RenewAsync(running.Key, [.. running], cancellationToken)));
        }
        finally
        {
            _renewingNow.Release();
        }
    }

    private async Task RenewAsync(string organization, LiveTurn[] running, CancellationToken cancellationToken)
    {
        using var scope = OrganizationScope.Enter(organization);
        try
        {
            var ours = await turns.RenewAsync(Node, [.. running.Select(live => live.Id)], time.GetUtcNow() + options.Value.Lease, cancellationToken);
            foreach (var lost in running.ExceptBy(ours, live => live.Id)) await lost.Cancellation.CancelAsync(); // this one, and not another that has gone on under its id since
            await CancelAskedHereAsync(cancellationToken); // in case word of it did not come, or came too early
            _notRenewed.TryRemove(organization, out _);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            if (_notRenewed.TryAdd(organization, true)) NotRenewed(organization, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Leases of organization \"{Organization}\" could not be renewed; its running turns will count as left behind if this goes on. Told again once it went well in between")]
    private partial void NotRenewed(string organization, Exception error);
}
