using Microsoft.Extensions.Logging;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>How a node looks after its turns, and after those of nodes that are gone.</summary>
public sealed partial class TurnRunner
{
    private static readonly TimeSpan ClockSlip = TimeSpan.FromSeconds(2), AskEvery = TimeSpan.FromMilliseconds(500);
    private readonly SemaphoreSlim _tendingNow = new(1, 1);
    private ITimer? _tending, _renewing, _asking;
    private IDisposable? _listening;
    private (DateTimeOffset At, long Stamp)? _tended;
    private readonly HashSet<string> _missed = new(StringComparer.Ordinal); // organizations that could not be tended to the last time
    private bool _missedAll;

    /// <summary>
    /// Renews the leases of the turns that run here and ends as <c>interrupted</c> those that others left behind. Happens every <see cref="RunnerOptions.RenewEvery"/>
    /// from the first call, turn or reader on; a generic host calls it once at start, other hosts do it themselves. An organization whose database fails keeps none of the others from it.
    /// </summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        Tend();
        await RenewAsync(cancellationToken);
        await LookAfterAsync(cancellationToken);
    }

    /// <summary>Looks after turns that others left behind, those that wait, and what is reserved for turns that are gone. There may be many of them.</summary>
    private async Task LookAfterAsync(CancellationToken cancellationToken)
    {
        await _tendingNow.WaitAsync(cancellationToken);
        try
        {
            using var nobody = KeyScope.Enter(null); // a timer keeps the flow of whoever came first
            var (now, stamp) = (time.GetUtcNow(), time.GetTimestamp());
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
            (_tended, _missedAll) = ((now, stamp), false);
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
        if (ofThisNode) await SweepAsync(await turns.OfNodeAsync(Node, cancellationToken), DateTimeOffset.UnixEpoch, Node, now, cancellationToken);
        if (ofOthers) await SweepAsync(await turns.LapsedAsync(now, cancellationToken), now, null, now, cancellationToken);
        await TendWaitingAsync(now, cancellationToken);
        if (looksForLeft) await ReleaseAsync(now, cancellationToken);
    }

    /// <summary>Ends turns that were left behind, each by itself: one that cannot be read is no reason to leave the others.</summary>
    private async Task SweepAsync(IReadOnlyList<string> left, DateTimeOffset before, string? node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var id in left)
        {
            if (IsLive(id, out _)) continue; // asked now and not before the query, so that no turn is missing that began meanwhile; its lease is renewed beside this
            try
            {
                if (await turns.FindAsync(id, cancellationToken) is { } running) await AskPricesAsync(running.Model, cancellationToken);
                if (!await turns.InterruptAsync(id, before, node, model => catalog.Known(model)?.Price, now, cancellationToken)) continue;
                Swept(id);
                var turn = await turns.FindAsync(id, cancellationToken);
                await SettleSweptAsync(id, turn);
                if (turn is not null) observers.Tell(turn);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                NotSwept(id, error);
            }
        }
    }

    /// <summary>Lets the provider of a model list what its models cost, for a node that has asked nobody yet; it is waited for only a moment, and nothing is lost when it does not answer.</summary>
    private async Task AskPricesAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            await catalog.ChooseAsync(model, cancellationToken);
        }
        catch (TurnException)
        {
            // a model that is gone has no price
        }
    }

    /// <summary>Counts what a turn used that was left behind; of one that nothing is known of, what was reserved stays counted.</summary>
    private async Task SettleSweptAsync(string id, Turn? turn)
    {
        try
        {
            if (turn is { Usage: { InputTokens: > 0 } or { OutputTokens: > 0 } }) await meter.SettleAsync(turn);
            else await meter.SettleAsync(id);
        }
        catch (Exception error)
        {
            NotSettled(id, error);
        }
    }

    /// <summary>How far the clock went otherwise than time did since the last time.</summary>
    private TimeSpan Slip(DateTimeOffset now) => _tended is { } last ? (now - last.At - time.GetElapsedTime(last.Stamp)).Duration() : TimeSpan.Zero;

    private void Tend()
    {
        if (_tending is not null) return;
        var timer = time.CreateTimer(_ => _ = UnlessAtItAsync(_tendingNow, LookAfterAsync), null, options.Value.RenewEvery, options.Value.RenewEvery);
        if (Interlocked.CompareExchange(ref _tending, timer, null) is not null)
        {
            timer.Dispose();
            return;
        }
        _renewing = time.CreateTimer(_ => _ = UnlessAtItAsync(_renewingNow, RenewAsync), null, options.Value.RenewEvery, options.Value.RenewEvery);
        _listening = changes.Listen(Heard);
        _asking = time.CreateTimer(_ => _ = changes.HearsOthers || _live.IsEmpty ? Task.CompletedTask : SafelyAsync(CancelAskedAsync), null, AskEvery, AskEvery);
    }

    private async Task StopTendingAsync()
    {
        if (_tending is not null) await _tending.DisposeAsync();
        if (_renewing is not null) await _renewing.DisposeAsync();
        if (_asking is not null) await _asking.DisposeAsync();
        _listening?.Dispose();
    }

    private void Heard(StoreChange change)
    {
        if (change.Topic == StoreChange.Cancel && _live.TryGetValue(change.Id, out var live)) _ = live.CancelAsync();
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
            if (IsLive(asked, out var live)) await live.CancelAsync();
        }
    }

    /// <summary>What a timer does, unless it is still at it since the last time.</summary>
    private Task UnlessAtItAsync(SemaphoreSlim gate, Func<CancellationToken, Task> work) => gate.CurrentCount == 0 ? Task.CompletedTask : SafelyAsync(work);

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

    [LoggerMessage(Level = LogLevel.Error, Message = "Turns that others left behind, that wait, or that are to end could not be looked after; it is tried again")]
    private partial void NotTended(Exception error);
}
