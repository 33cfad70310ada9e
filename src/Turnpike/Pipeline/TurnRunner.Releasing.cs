using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Pipeline;

// What keys have reserved and nobody settled: a program that was killed at the wrong moment, or a conversation that was deleted, must not hold a place for good.
public sealed partial class TurnRunner
{
    private static readonly TimeSpan LookForLeft = TimeSpan.FromMinutes(1), CountsAsLeft = TimeSpan.FromMinutes(10);
    private DateTimeOffset _lookedForLeft;

    private bool LooksForLeft(DateTimeOffset now)
    {
        if ((now - _lookedForLeft).Duration() < LookForLeft) return false;
        _lookedForLeft = now;
        return true;
    }

    /// <summary>Settles what was reserved a while ago for turns that have ended or do not exist, and frees the places of those that wait. Calls of models beside the road are no turns; none of them takes that long.</summary>
    private async Task ReleaseAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var left in await meter.LeftAsync(now - CountsAsLeft, cancellationToken))
        {
            if (IsLive(left.Turn, out _)) continue;
            var kept = await turns.FindAsync(left.Turn, cancellationToken);
            if (kept is null && (left.Organization is not null || !await IsElsewhereAsync(left.Turn, cancellationToken))) await meter.SettleAsync(left.Turn);
            else if (kept is { HasEnded: true } || (kept is { Status: TurnStatus.Waiting } && left.Runs)) await meter.SettleAsync(kept);
        }
    }

    /// <summary>Whether another organization has a turn; of those that an older program reserved for, nobody noted whose they are.</summary>
    private async Task<bool> IsElsewhereAsync(string turn, CancellationToken cancellationToken)
    {
        foreach (var organization in (await organizations.AllAsync(cancellationToken)).Where(other => other != OrganizationScope.Current))
        {
            using var scope = OrganizationScope.Enter(organization);
            if (await turns.FindAsync(turn, cancellationToken) is not null) return true;
        }
        return false;
    }
}
