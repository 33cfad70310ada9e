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
public sealed partial class TurnRunner(TurnPipeline pipeline, ITurnStore turns, ITurnLog log, IOpenCallStore calls, IConversationStore conversations, IStoreChanges changes, TimeProvider time, IOptions<RunnerOptions> options, ILogger<TurnRunner> logger) : IAsyncDisposable
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(1), OutagePause = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, LiveTurn> _live = new(StringComparer.Ordinal);
    private readonly TurnFollower _follower = new(turns, log, changes, time);
    private volatile bool _stopping;

    /// <summary>The turns that run here now.</summary>
    public IReadOnlyCollection<string> Running => [.. _live.Keys];

    /// <summary>Whether the host is stopping: no new turns are taken.</summary>
    public bool IsStopping => _stopping;

    /// <summary>The node's name.</summary>
    public string Node => options.Value.Node;

    /// <summary>Makes a turn ready without keeping or sending anything: the preview.</summary>
    /// <exception cref="TurnException">What would stop the turn.</exception>
    public Task<PreparedTurn> PreviewAsync(TurnRequest request, CancellationToken cancellationToken) => pipeline.PrepareAsync(request, cancellationToken);

    /// <summary>Makes a turn ready, saves it and lets it run. When this returns, the turn survives whatever happens to its client.</summary>
    /// <exception cref="TurnException">What stopped the turn before the model; then nothing was kept.</exception>
    public async Task<StartedTurn> StartAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_stopping) throw new TurnException(TurnErrorCode.ShuttingDown, "The server is stopping and takes no new turns. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
        if (request.IdempotencyKey is { } key && await turns.FindByKeyAsync(key, cancellationToken) is { } earlier) return await ReplayAsync(request, key, earlier, cancellationToken);

        try
        {
            return await BeginAsync(request, cancellationToken);
        }
        catch (TurnException busy) when (request.Queue && busy.Code == TurnErrorCode.ConversationBusy && request.Conversation is not null)
        {
            return await QueueAsync(request, cancellationToken);
        }
    }

    private async Task<StartedTurn> BeginAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(request, cancellationToken);
        string? replayed = null;
        var recording = await pipeline.SaveAsync(prepared, new(Node, options.Value.Lease), id => replayed = id, cancellationToken);
        if (recording is null) return new(await RequiredAsync(replayed!, cancellationToken), Replayed: true);

        var live = new LiveTurn(recording.Begun.Id, recording.Begun.Conversation);
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
        TurnFollower.Following? following = null;
        try
        {
            while (true)
            {
                var live = IsLive(turn, out var own) ? own : following?.Live;
                var events = live?.After(after) ?? await ReadAsync(turn, after, cancellationToken);
                if (events.Count > 0)
                {
                    yield return events;
                    if (events[^1].IsFinal) yield break;
                    after = events[^1].Sequence;
                }
                else if (live is { IsReleased: false })
                {
                    await live.WaitAsync(after, cancellationToken);
                }
                else if (await EndedAsync(turn, cancellationToken))
                {
                    if ((await ReadAsync(turn, after, cancellationToken)) is { Count: > 0 } rest)
                    {
                        yield return rest;
                        if (rest[^1].IsFinal) yield break;
                        after = rest[^1].Sequence;
                        continue;
                    }
                    if (await LostEndAsync(turn, after, cancellationToken) is { } end) yield return [end];
                    yield break;
                }
                else
                {
                    following?.Dispose();
                    following = _follower.Follow(turn, after); // it runs on another node
                }
            }
        }
        finally
        {
            following?.Dispose();
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
        if (IsLive(turn, out var live)) await live.Running.WaitAsync(cancellationToken);
        else if ((await RequiredAsync(turn, cancellationToken)).Status != TurnStatus.Waiting) await foreach (var events in SubscribeAsync(turn, 0, cancellationToken))
        {
            if (events[^1] is StepCompleted { Waiting.Count: > 0 } && (await RequiredAsync(turn, cancellationToken)).Status == TurnStatus.Waiting) break;
        }
        return await RequiredAsync(turn, cancellationToken);
    }

    /// <summary>Asks for the end of a turn, wherever it runs. Harmless when it has ended; what the model said is kept.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>.</exception>
    public async Task CancelAsync(string turn, CancellationToken cancellationToken)
    {
        if (IsLive(turn, out var live))
        {
            await live.Cancellation.CancelAsync();
            return;
        }
        var kept = await RequiredAsync(turn, cancellationToken);
        if (kept.HasEnded || (kept.Status == TurnStatus.Waiting && await EndWaitingAsync(turn, cancellationToken))) return;
        await turns.RequestCancelAsync(turn, cancellationToken);
    }

    /// <summary>Takes no new turns, waits for the running ones and ends as <c>interrupted</c> those that are too slow.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var running = Task.WhenAll(_live.Values.Select(live => live.Running));
        await Task.WhenAny(running, Task.Delay(options.Value.Drain, time, cancellationToken));
        await InterruptAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await StopTendingAsync();
        await InterruptAsync();
        _follower.Dispose();
    }

    private async Task InterruptAsync()
    {
        foreach (var live in _live.Values)
        {
            live.Interruption = "The server stopped before the turn had ended. What was said until then is kept; retry the turn to have it answered.";
            await live.Cancellation.CancelAsync();
        }
        await Task.WhenAll(_live.Values.Select(live => live.Running));
    }

    /// <summary>Whether a turn runs here, for the organization that asks.</summary>
    private bool IsLive(string turn, [NotNullWhen(true)] out LiveTurn? live) => _live.TryGetValue(turn, out live) && live.Organization == OrganizationScope.Current;

    private async Task<PreparedTurn> PrepareAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.PrepareAsync(request, cancellationToken);
        }
        catch (TurnException error) when (error is { Code: TurnErrorCode.ContentMissing, Unsent: { } draft })
        {
            await pipeline.KeepSettingsAsync(draft, cancellationToken);
            throw;
        }
    }

    private async Task RunAsync(LiveTurn live, PreparedTurn prepared, TurnRecording recording)
    {
        await ActAsync(prepared, live.Cancellation.Token);
        await pipeline.RunAsync(prepared, recording, live.Cancellation.Token);
    }

    private void Run(LiveTurn live, TurnRecording recording, Func<Task> run)
    {
        recording.Seen = live.Show;
        recording.Interruption = () => live.Interruption;
        _live[live.Id] = live;
        Tend();
        live.Running = Task.Run(() => RunAsync(live, run), CancellationToken.None);
    }

    private async Task RunAsync(LiveTurn live, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception error)
        {
            NotKept(live.Id, error);
        }
        finally
        {
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

    /// <summary>Reads the log; a database that is away for a while is waited for.</summary>
    private async Task<IReadOnlyList<TurnEvent>> ReadAsync(string turn, long after, CancellationToken cancellationToken)
    {
        for (var since = time.GetTimestamp(); ;)
        {
            try
            {
                return await log.ReadAsync(turn, after, PageSize, cancellationToken);
            }
            catch (TurnException away) when (away is { Code: TurnErrorCode.StorageUnavailable, RetryAfter: not null } && time.GetElapsedTime(since) < Outage && !_stopping)
            {
                await Task.Delay(OutagePause, time, cancellationToken);
            }
        }
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of turn {Turn} could not be kept; it will be swept as interrupted")]
    private partial void NotKept(string turn, Exception error);
}
