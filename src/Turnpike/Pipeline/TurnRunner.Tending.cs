using Microsoft.Extensions.Logging;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>How a node looks after its turns, and after those of nodes that are gone.</summary>
public sealed partial class TurnRunner
{
    private static readonly TimeSpan ClockSlip = TimeSpan.FromSeconds(2), AskEvery = TimeSpan.FromMilliseconds(500);
    private readonly SemaphoreSlim _tendingNow = new(1, 1);
    private ITimer? _tending, _asking;
    private IDisposable? _listening;
    private (DateTimeOffset At, long Stamp)? _tended;
    private volatile bool _missed;

    /// <summary>
    /// Renews the leases of the turns that run here and ends as <c>interrupted</c> those that others left behind. Happens every <see cref="RunnerOptions.RenewEvery"/>
    /// from the first call or turn on; hosts call it once at start.
    /// </summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        Tend();
        await _tendingNow.WaitAsync(cancellationToken);
        try
        {
            using var nobody = KeyScope.Enter(null); // a timer keeps the flow of whoever came first
            var now = time.GetUtcNow();
            var (isFirst, slipped) = (_tended is null, Slip(now) > ClockSlip);
            if (slipped) ClockJumped();
            // After a jump of the clock or an outage others may not have renewed their leases yet; they get until the next time.
            var (ofThisNode, ofOthers) = (isFirst, !slipped && !_missed);
            foreach (var organization in await organizations.AllAsync(cancellationToken))
            {
                using (OrganizationScope.Enter(organization)) await TendAsync(now, ofThisNode, ofOthers, cancellationToken);
            }
            (_tended, _missed) = ((now, time.GetTimestamp()), false);
        }
        catch
        {
            _missed = true;
            throw;
        }
        finally
        {
            _tendingNow.Release();
        }
    }

    /// <summary>Tends to the turns of one organization.</summary>
    private async Task TendAsync(DateTimeOffset now, bool ofThisNode, bool ofOthers, CancellationToken cancellationToken)
    {
        await RenewAsync(now, cancellationToken);
        if (ofThisNode) await SweptAsync(await turns.SweepNodeAsync(Node, Running, now, cancellationToken), cancellationToken);
        if (ofOthers) await SweptAsync(await turns.SweepAsync(now, now, cancellationToken), cancellationToken);
        await TendWaitingAsync(now, cancellationToken);
    }

    private async Task RenewAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var running = RunningIn(OrganizationScope.Current);
        if (running.Length == 0) return;
        var ours = await turns.RenewAsync(Node, running, now + options.Value.Lease, cancellationToken);
        foreach (var lost in running.Except(ours))
        {
            if (_live.TryGetValue(lost, out var live)) await live.Cancellation.CancelAsync();
        }
    }

    private async Task SweptAsync(IReadOnlyList<string> swept, CancellationToken cancellationToken)
    {
        foreach (var id in swept)
        {
            Swept(id);
            await meter.SettleAsync(id);
            if (await turns.FindAsync(id, cancellationToken) is { } turn) observers.Tell(turn);
        }
    }

    private string[] RunningIn(string organization) => [.. _live.Values.Where(live => live.Organization == organization).Select(live => live.Id)];

    /// <summary>How far the clock went otherwise than time did since the last time.</summary>
    private TimeSpan Slip(DateTimeOffset now) => _tended is { } last ? (now - last.At - time.GetElapsedTime(last.Stamp)).Duration() : TimeSpan.Zero;

    private void Tend()
    {
        if (_tending is not null) return;
        var timer = time.CreateTimer(_ => _ = SafelyAsync(TendAsync), null, options.Value.RenewEvery, options.Value.RenewEvery);
        if (Interlocked.CompareExchange(ref _tending, timer, null) is not null)
        {
            timer.Dispose();
            return;
        }
        _listening = changes.Listen(Heard);
        _asking = time.CreateTimer(_ => _ = changes.HearsOthers || _live.IsEmpty ? Task.CompletedTask : SafelyAsync(CancelAskedAsync), null, AskEvery, AskEvery);
    }

    private async Task StopTendingAsync()
    {
        if (_tending is not null) await _tending.DisposeAsync();
        if (_asking is not null) await _asking.DisposeAsync();
        _listening?.Dispose();
    }

    private void Heard(StoreChange change)
    {
        if (change.Topic == StoreChange.Cancel && _live.TryGetValue(change.Id, out var live)) _ = live.Cancellation.CancelAsync();
        else if (change.Topic == StoreChange.Everything && !_live.IsEmpty) _ = SafelyAsync(CancelAskedAsync);
    }

    /// <summary>Ends the turns here that somebody on another node asked to end.</summary>
    private async Task CancelAskedAsync(CancellationToken cancellationToken)
    {
        foreach (var organization in _live.Values.Select(live => live.Organization).Distinct(StringComparer.Ordinal))
        {
            using var scope = OrganizationScope.Enter(organization);
            foreach (var asked in await turns.CancelRequestsAsync(Node, cancellationToken))
            {
                if (_live.TryGetValue(asked, out var live)) await live.Cancellation.CancelAsync();
            }
        }
    }

    private async Task SafelyAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(CancellationToken.None);
        }
        catch (Exception error)
        {
            NotTended(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Turn {Turn} was left behind by its node and is now interrupted")]
    private partial void Swept(string turn);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clock jumped; turns of other nodes are given more time before they count as left behind")]
    private partial void ClockJumped();

    [LoggerMessage(Level = LogLevel.Error, Message = "Leases could not be renewed; running turns will count as left behind if this goes on")]
    private partial void NotTended(Exception error);
}
