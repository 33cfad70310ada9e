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
    private readonly HashSet<string> _missed = new(StringComparer.Ordinal); // organizations that could not be tended to the last time
    private bool _missedAll;

    /// <summary>
    /// Renews the leases of the turns that run here and ends as <c>interrupted</c> those that others left behind. Happens every <see cref="RunnerOptions.RenewEvery"/>
    /// from the first call or turn on; hosts call it once at start. An organization whose database fails keeps none of the others from it.
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
            var looksForLeft = LooksForLeft(now);
            foreach (var organization in await organizations.AllAsync(cancellationToken))
            {
                using var scope = OrganizationScope.Enter(organization);
                try
                {
                    // After a jump of the clock or an outage others may not have renewed their leases yet; they get until the next time.
                    await TendAsync(now, ofThisNode: isFirst, ofOthers: !slipped && !_missedAll && !_missed.Contains(organization), looksForLeft, cancellationToken);
                    _missed.Remove(organization);
                }
                catch (Exception error) when (!cancellationToken.IsCancellationRequested)
                {
                    if (_missed.Add(organization)) Missed(organization, error);
                }
            }
            (_tended, _missedAll) = ((now, time.GetTimestamp()), false);
        }
        catch
        {
            _missedAll = true;
            throw;
        }
        finally
        {
            _tendingNow.Release();
        }
    }

    /// <summary>Tends to the turns of one organization.</summary>
    private async Task TendAsync(DateTimeOffset now, bool ofThisNode, bool ofOthers, bool looksForLeft, CancellationToken cancellationToken)
    {
        await RenewAsync(now, cancellationToken);
        if (ofThisNode) await SweepAsync(await turns.OfNodeAsync(Node, cancellationToken), DateTimeOffset.UnixEpoch, Node, now, cancellationToken);
        if (ofOthers) await SweepAsync(await turns.LapsedAsync(now, cancellationToken), now, null, now, cancellationToken);
        await TendWaitingAsync(now, cancellationToken);
        if (looksForLeft) await ReleaseAsync(now, cancellationToken);
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
        await CancelAskedHereAsync(cancellationToken); // in case word of it did not come, or came too early
    }

    /// <summary>Ends turns that were left behind, each by itself: one that cannot be read is no reason to leave the others.</summary>
    private async Task SweepAsync(IReadOnlyList<string> left, DateTimeOffset before, string? node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var id in left)
        {
            if (node is not null && IsLive(id, out _)) continue; // asked now and not before the query, so that no turn is missing that began meanwhile
            try
            {
                if (!await turns.InterruptAsync(id, before, node, now, cancellationToken)) continue;
                Swept(id);
                await SettleSweptAsync(id);
                if (await turns.FindAsync(id, cancellationToken) is { } turn) observers.Tell(turn);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                NotSwept(id, error);
            }
        }
    }

    private async Task SettleSweptAsync(string turn)
    {
        try
        {
            await meter.SettleAsync(turn);
        }
        catch (Exception error)
        {
            NotSettled(turn, error);
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
            await CancelAskedHereAsync(cancellationToken);
        }
    }

    private async Task CancelAskedHereAsync(CancellationToken cancellationToken)
    {
        foreach (var asked in await turns.CancelRequestsAsync(Node, cancellationToken))
        {
            if (IsLive(asked, out var live)) await live.Cancellation.CancelAsync();
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Turn {Turn} was left behind by its node and could not be ended; it is tried again")]
    private partial void NotSwept(string turn, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The turns of organization \"{Organization}\" could not be tended to, those of the others are; it is tried again, and told again once it went well in between")]
    private partial void Missed(string organization, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Leases could not be renewed; running turns will count as left behind if this goes on")]
    private partial void NotTended(Exception error);
}
