using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Conversations;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>
/// Runs turns on tasks of their own: whoever submitted one may leave. A turn's events are read from its log, from any point, by any number of readers.
/// </summary>
public sealed partial class TurnRunner(TurnPipeline pipeline, ITurnStore turns, ITurnLog log, IOpenCallStore calls, TurnObservers observers, IOrganizations organizations, TurnMeter meter, TimeProvider time, IOptions<RunnerOptions> options, ILogger<TurnRunner> logger) : IAsyncDisposable
{
    private const int PageSize = 1000;
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, LiveTurn> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LiveTurn> _lingering = new(StringComparer.Ordinal); // ended turns whose log is gone, for readers that come a moment late
    private ITimer? _tending;
    private volatile bool _stopping;

    /// <summary>The turns that run here now.</summary>
    public IReadOnlyCollection<string> Running => [.. _live.Keys];

    /// <summary>The node's name.</summary>
    public string Node => options.Value.Node;

    /// <summary>Makes a turn ready without keeping or sending anything: the preview.</summary>
    /// <exception cref="TurnException">What would stop the turn.</exception>
    public async Task<PreparedTurn> PreviewAsync(TurnRequest request, CancellationToken cancellationToken) => KeyGuard.Check(await pipeline.PrepareAsync(request, cancellationToken));

    /// <summary>Makes a turn ready, saves it and lets it run. When this returns, the turn survives whatever happens to its client.</summary>
    /// <exception cref="TurnException">What stopped the turn before the model; then nothing was kept.</exception>
    public async Task<StartedTurn> StartAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_stopping) throw new TurnException(TurnErrorCode.ShuttingDown, "The server is stopping and takes no new turns. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
        if (request.IdempotencyKey is { } key && await turns.FindByKeyAsync(key, cancellationToken) is { } earlier) return await ReplayAsync(request, key, earlier, cancellationToken);

        var prepared = await PrepareAsync(request, cancellationToken);
        string? replayed = null;
        var (recording, isCounted) = await SaveAsync(prepared, id => replayed = id, cancellationToken);
        if (recording is null) return new(await RequiredAsync(replayed!, cancellationToken), Replayed: true);

        var live = new LiveTurn(recording.Begun.Id, recording.Begun.Conversation, keepsAll: request.Store == false) { IsCounted = isCounted };
        live.Show(recording.Started);
        Run(live, recording, () => RunAsync(live, prepared, recording));
        return new(recording.Begun, Replayed: false);
    }

    /// <summary>The events of a turn after a number: those of its log, then those that happen, until the last one.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="after">The number of the last event that the reader has; 0 for all.</param>
    /// <param name="cancellationToken">Stops reading; the turn goes on.</param>
    /// <exception cref="TurnException"><c>turn_not_found</c>.</exception>
    public async IAsyncEnumerable<IReadOnlyList<TurnEvent>> SubscribeAsync(string turn, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LiveTurn? live = null;
        while (true)
        {
            if (live is not { KeepsAll: true }) IsHeld(turn, out live);
            var events = live?.After(after) ?? await log.ReadAsync(turn, after, PageSize, cancellationToken);
            if (events.Count > 0)
            {
                yield return events;
                if (events[^1].IsFinal) yield break;
                after = events[^1].Sequence;
            }
            else if (live is not null && _live.ContainsKey(turn))
            {
                await live.WaitAsync(after, cancellationToken);
            }
            else if (await EndedAsync(turn, cancellationToken))
            {
                if ((await log.ReadAsync(turn, after, PageSize, cancellationToken)).Count > 0) continue;
                if (await LostEndAsync(turn, after, cancellationToken) is { } end) yield return [end];
                yield break;
            }
            else
            {
                await Task.Delay(PollEvery, time, cancellationToken); // it runs in another process
            }
        }
    }

    /// <summary>Runs a turn and tells its events, for callers that want nothing else.</summary>
    /// <exception cref="TurnException">What stopped the turn before the model.</exception>
    public async IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var started = await StartAsync(request, cancellationToken);
        await foreach (var events in SubscribeAsync(started.Turn.Id, 0, cancellationToken))
        {
            foreach (var happened in events) yield return happened;
        }
    }

    /// <summary>Waits for the end of a turn, or until it waits for somebody outside, and returns it as kept.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>.</exception>
    public async Task<Turn> WaitAsync(string turn, CancellationToken cancellationToken)
    {
        if (IsHeld(turn, out var live))
        {
            await live.Running.WaitAsync(cancellationToken);
            if (live.Ended is { } ended) return ended;
        }
        else if ((await RequiredAsync(turn, cancellationToken)).Status != TurnStatus.Waiting)
        {
            await foreach (var _ in SubscribeAsync(turn, 0, cancellationToken)) { }
        }
        return await RequiredAsync(turn, cancellationToken);
    }

    /// <summary>Asks for the end of a turn that runs here. Harmless when it has ended; what the model said is kept. False when it runs in another process.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>.</exception>
    public async Task<bool> CancelAsync(string turn, CancellationToken cancellationToken)
    {
        if (IsLive(turn, out var live))
        {
            await live.Cancellation.CancelAsync();
            return true;
        }
        var kept = await RequiredAsync(turn, cancellationToken);
        return kept.HasEnded || (kept.Status == TurnStatus.Waiting && await EndWaitingAsync(turn, cancellationToken));
    }

    /// <summary>
    /// Renews the leases of the turns that run here and ends as <c>interrupted</c> those that others left behind. Happens every <see cref="RunnerOptions.RenewEvery"/>
    /// from the first turn on; hosts also call it once at start.
    /// </summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var organization in await organizations.AllAsync(cancellationToken))
        {
            using (OrganizationScope.Enter(organization)) await TendAsync(organization, now, cancellationToken);
        }
    }

    private async Task TendAsync(string organization, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_live.Values.Where(live => live.Organization == organization).Select(live => live.Id).ToArray() is { Length: > 0 } running)
        {
            var ours = await turns.RenewAsync(Node, running, now + options.Value.Lease, cancellationToken);
            foreach (var lost in running.Except(ours))
            {
                if (_live.TryGetValue(lost, out var live)) await live.Cancellation.CancelAsync();
            }
        }
        foreach (var swept in await turns.SweepAsync(now, now, cancellationToken))
        {
            Swept(swept);
            await meter.SettleAsync(swept);
            if (await turns.FindAsync(swept, cancellationToken) is not { } turn) continue;
            observers.Tell(turn);
            if (turn.Store == false) await turns.ForgetAsync(swept, cancellationToken);
        }
        await TendWaitingAsync(now, cancellationToken);
    }

    /// <summary>Takes no new turns, waits for the running ones and ends those that are too slow.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var running = Task.WhenAll(_live.Values.Select(live => live.Running));
        await Task.WhenAny(running, Task.Delay(options.Value.Drain, time, cancellationToken));
        foreach (var live in _live.Values) await live.Cancellation.CancelAsync();
        await Task.WhenAll(_live.Values.Select(live => live.Running));
        await observers.DrainAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        if (_tending is not null) await _tending.DisposeAsync();
        foreach (var live in _live.Values) await live.Cancellation.CancelAsync();
        await Task.WhenAll(_live.Values.Select(live => live.Running));
        await observers.DrainAsync();
    }

    /// <summary>Whether a turn runs here, for the organization that asks.</summary>
    private bool IsLive(string turn, [NotNullWhen(true)] out LiveTurn? live) => _live.TryGetValue(turn, out live) && live.Organization == OrganizationScope.Current;

    /// <summary>Whether a turn runs here, or has just ended and is in no log.</summary>
    private bool IsHeld(string turn, [NotNullWhen(true)] out LiveTurn? live) => IsLive(turn, out live) || (_lingering.TryGetValue(turn, out live) && live.Organization == OrganizationScope.Current);

    private async Task LingerAsync(LiveTurn live)
    {
        _lingering[live.Id] = live;
        await Task.Delay(Lingering, time);
        _lingering.TryRemove(live.Id, out _);
    }

    private async Task<PreparedTurn> PrepareAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return KeyGuard.Check(await pipeline.PrepareAsync(request, cancellationToken));
        }
        catch (TurnException error) when (error is { Code: TurnErrorCode.ContentMissing, Unsent: { } draft })
        {
            await pipeline.KeepSettingsAsync(draft, cancellationToken);
            throw;
        }
    }

    /// <summary>Counts the turn and saves it; one that is not saved does not count.</summary>
    private async Task<(TurnRecording? Recording, bool IsCounted)> SaveAsync(PreparedTurn prepared, Action<string> replayed, CancellationToken cancellationToken)
    {
        var isCounted = await meter.ReserveAsync(prepared, cancellationToken);
        TurnRecording? recording = null;
        try
        {
            recording = await pipeline.SaveAsync(prepared, new(Node, options.Value.Lease), replayed, cancellationToken);
            return (recording, isCounted);
        }
        finally
        {
            if (isCounted && recording is null) await meter.UndoAsync(prepared.Draft.Id);
        }
    }

    /// <summary>Counts what a turn used that has ended, or stopped to wait for somebody.</summary>
    private async Task SettleAsync(LiveTurn live)
    {
        try
        {
            if (await turns.FindAsync(live.Id, CancellationToken.None) is { } kept) await meter.SettleAsync(kept);
        }
        catch (Exception error)
        {
            NotSettled(live.Id, error);
        }
    }

    private void Tend()
    {
        if (_tending is not null) return;
        var timer = time.CreateTimer(_ => _ = TendSafelyAsync(), null, options.Value.RenewEvery, options.Value.RenewEvery);
        if (Interlocked.CompareExchange(ref _tending, timer, null) is not null) timer.Dispose();
    }

    private async Task TendSafelyAsync()
    {
        try
        {
            await TendAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            NotTended(error);
        }
    }

    private async Task<Turn> RunAsync(LiveTurn live, PreparedTurn prepared, TurnRecording recording)
    {
        await ActAsync(prepared, live.Cancellation.Token);
        var turn = await pipeline.RunAsync(prepared, recording, live.Cancellation.Token);
        if (!turn.HasEnded) return turn;
        live.Ended = turn;
        if (turn.Store == false) await turns.ForgetAsync(live.Id, CancellationToken.None);
        return turn;
    }

    private void Run(LiveTurn live, TurnRecording recording, Func<Task<Turn>> run)
    {
        recording.Seen = live.Show;
        _live[live.Id] = live;
        Tend();
        live.Running = Task.Run(() => RunAsync(live, run), CancellationToken.None);
    }

    private async Task RunAsync(LiveTurn live, Func<Task<Turn>> run)
    {
        try
        {
            if (await run() is { HasEnded: true } ended) observers.Tell(ended);
        }
        catch (Exception error)
        {
            NotKept(live.Id, error);
        }
        finally
        {
            if (live.IsCounted) await SettleAsync(live);
            if (live is { KeepsAll: true, Ended: not null }) _ = LingerAsync(live);
            _live.TryRemove(new(live.Id, live));
            live.Release();
        }
    }

    /// <summary>Does what triggers asked for. What fails becomes a warning of the turn.</summary>
    private static async Task ActAsync(PreparedTurn prepared, CancellationToken cancellationToken)
    {
        foreach (var action in prepared.Actions)
        {
            try
            {
                await action.Run(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                prepared.Draft.Warn("action_failed", $"\"{action.Trigger}\" failed: {error.Message}");
            }
        }
    }

    private async Task<StartedTurn> ReplayAsync(TurnRequest request, string key, IdempotentTurn earlier, CancellationToken cancellationToken)
    {
        if (earlier.RequestHash != TurnRecorder.HashOf(request))
            throw new TurnException(TurnErrorCode.IdempotencyConflict, $"Idempotency key \"{key}\" was used for another request. Use a new key for a new request.") { Field = "idempotencyKey" };
        return new(await RequiredAsync(earlier.Turn, cancellationToken), Replayed: true);
    }

    /// <summary>The last event for a reader that saw events which a crash then took from the log: numbered behind what it saw. Null for a reader that has seen the end.</summary>
    private async Task<TurnEvent?> LostEndAsync(string turn, long after, CancellationToken cancellationToken)
    {
        if (after == 0 || (await log.ReadAsync(turn, after - 1, 1, cancellationToken)).Count > 0) return null;
        TurnEvent? last = null;
        while (await log.ReadAsync(turn, last?.Sequence ?? 0, PageSize, cancellationToken) is { Count: > 0 } events) last = events[^1];
        if (last is not { IsFinal: true }) return null;
        var end = last with { };
        end.Place(last.Turn, last.Conversation, after + 1, last.At);
        return end;
    }

    private async Task<bool> EndedAsync(string turn, CancellationToken cancellationToken) => (await RequiredAsync(turn, cancellationToken)).HasEnded;

    private async Task<Turn> RequiredAsync(string turn, CancellationToken cancellationToken) =>
        await turns.FindAsync(turn, cancellationToken) ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\".") { Field = "turn" };

    [LoggerMessage(Level = LogLevel.Information, Message = "Turn {Turn} was left behind by its node and is now interrupted")]
    private partial void Swept(string turn);

    [LoggerMessage(Level = LogLevel.Error, Message = "What turn {Turn} used could not be counted; what was reserved for it stays counted")]
    private partial void NotSettled(string turn, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Leases could not be renewed; running turns will count as left behind if this goes on")]
    private partial void NotTended(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of turn {Turn} could not be kept; it will be swept as interrupted")]
    private partial void NotKept(string turn, Exception error);
}
