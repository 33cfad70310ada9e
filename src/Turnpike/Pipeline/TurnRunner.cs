using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Conversations;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

/// <summary>
/// Runs turns on tasks of their own: whoever submitted one may leave. A turn's events are read from its log, from any point, by any number of readers.
/// </summary>
public sealed partial class TurnRunner(TurnPipeline pipeline, ITurnStore turns, ITurnLog log, IOpenCallStore calls, IConversationStore conversations, KeptSecrets secrets, IStoreChanges changes, TurnObservers observers, IOrganizations organizations, ModelCatalog catalog, TurnMeter meter, TurnKeys keys, ProjectAccess access, TimeProvider time, IOptions<RunnerOptions> options, ILogger<TurnRunner> logger) : IAsyncDisposable, IDisposable
{
    private readonly ConcurrentDictionary<string, LiveTurn> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Organization, string Key), Task> _beginning = new(); // turns with an idempotency key
    private volatile bool _stopping, _interrupts;
    private const string StoppedWhileRunning = "The server stopped before the turn had ended. What was said until then is kept; retry the turn to have it answered.";

    /// <summary>The turns that run here now.</summary>
    public IReadOnlyCollection<string> Running => [.. _live.Keys];

    /// <summary>Whether the host is stopping: no new turns are taken.</summary>
    public bool IsStopping => _stopping;

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
        MustTakeTurns();
        return request.IdempotencyKey is { } key ? await StartOnceAsync(request, key, cancellationToken) : await BeginOrQueueAsync(request, cancellationToken);
    }

    private void MustTakeTurns()
    {
        if (_stopping) throw new TurnException(TurnErrorCode.ShuttingDown, "The server is stopping and takes no new turns. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
    }

    private async Task<StartedTurn> BeginOrQueueAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await BeginAsync(request, cancellationToken);
        }
        catch (TurnException busy) when (MayQueue(request) && busy.Code == TurnErrorCode.ConversationBusy)
        {
            if (await NamedAsync(request, cancellationToken) is not { } conversation) throw;
            return await QueueAsync(request with { Conversation = conversation, SentHash = TurnRecorder.HashOf(request) }, cancellationToken);
        }
    }

    /// <summary>The conversation that a request goes on with, by its own id or by the client's; null when it begins one.</summary>
    private async Task<string?> NamedAsync(TurnRequest request, CancellationToken cancellationToken) => request.Conversation
        ?? (request.ExternalIds?.Conversation is { } id ? await turns.FindExternalAsync(request.Owner ?? "", ExternalKinds.Conversation, id, cancellationToken) : null);

    private async Task<StartedTurn> BeginAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(request, cancellationToken);
        if (MayQueue(request) && request.Parent is null && await FirstInQueueAsync(prepared.Draft.Conversation.Id, cancellationToken) is { } first) throw StoreErrors.Queued(prepared.Draft.Conversation.Id, first);
        MustTakeTurns(); // it may have begun to stop meanwhile, and nothing is kept yet
        string? replayed = null;
        var (recording, isCounted) = await SaveAsync(prepared, id => replayed = id, cancellationToken);
        if (recording is null) return new(await RequiredAsync(replayed!, cancellationToken), Replayed: true) { OnDisconnect = Leaving(request, prepared.Draft.OnDisconnect) };

        var live = new LiveTurn(recording.Begun.Id, recording.Begun.Conversation) { KeepsAll = prepared.Draft.Store == false, IsCounted = isCounted };
        live.Show(recording.Started);
        Run(live, recording, () => RunAsync(live, prepared, recording));
        return new(recording.Begun, Replayed: false) { OnDisconnect = Leaving(request, prepared.Draft.OnDisconnect) };
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
    /// <exception cref="TurnException"><c>turn_not_found</c>; <c>shutting_down</c>: it runs on another node, and this one has stopped.</exception>
    public async Task<Turn> WaitAsync(string turn, CancellationToken cancellationToken)
    {
        await MustSeeAsync(turn, cancellationToken);
        if (IsHeld(turn, out var live))
        {
            await live.Running.WaitAsync(cancellationToken);
            if (live.Ended is { } ended) return ended;
        }
        else if ((await RequiredAsync(turn, cancellationToken)).Status != TurnStatus.Waiting) await foreach (var events in SubscribeAsync(turn, 0, cancellationToken))
        {
            if (events[^1] is StepCompleted { Waiting.Count: > 0 } && (await RequiredAsync(turn, cancellationToken)).Status == TurnStatus.Waiting) break;
        }
        var kept = await RequiredAsync(turn, cancellationToken);
        return kept.HasEnded || kept.Status == TurnStatus.Waiting || !_follower.IsStopped ? kept
            : throw new TurnException(TurnErrorCode.ShuttingDown, $"The server is stopping, and turn \"{turn}\" runs on another node. Ask for it again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) };
    }

    /// <summary>Asks for the end of a turn, wherever it runs. Harmless when it has ended; what the model said is kept.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>.</exception>
    public async Task CancelAsync(string turn, CancellationToken cancellationToken)
    {
        if (!await access.AllowsAsync(new ProjectThing(ProjectThings.Turn, turn), ProjectRole.Runner, cancellationToken)) throw NotFound(turn);
        if (!IsLive(turn, out var live) || !await live.CancelAsync()) await EndElsewhereAsync(turn, cancellationToken);
    }

    /// <summary>Takes no new turns, waits for the running ones and ends as <c>interrupted</c> those that are too slow. Turns that wait for somebody wait on; their readers are sent away.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var drained = Task.Delay(options.Value.Drain, time, cancellationToken);
        while (!drained.IsCompleted && Open() is { Length: > 0 } open) await Task.WhenAny(Task.WhenAll(open.Select(live => live.Running)), drained); // again for one that was just being kept
        await InterruptAsync();
        _follower.Stop();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await StopTendingAsync();
        await InterruptAsync();
        _follower.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for a provider of services that is disposed without waiting.</summary>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    private async Task InterruptAsync()
    {
        _interrupts = true;
        var ending = Open();
        foreach (var live in ending) live.Interruption = StoppedWhileRunning;
        await Task.WhenAll([.. ending.Select(live => live.Cancellation.CancelAsync())]); // all at once: one that waits must not begin because the one before it ends
        while (Open() is { Length: > 0 } open) await Task.WhenAll(open.Select(live => live.Running));
        await observers.DrainAsync();
    }

    private LiveTurn[] Open() => [.. _live.Values.Where(live => !live.Running.IsCompleted)];

    /// <summary>Starts a turn, or finds the one that its idempotency key began. Here one of the same key begins at a time, so that the others find it and are not refused because it runs.</summary>
    private async Task<StartedTurn> StartOnceAsync(TurnRequest request, string key, CancellationToken cancellationToken)
    {
        var (name, begun) = ((OrganizationScope.Current, key), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        while (_beginning.GetOrAdd(name, begun.Task) is var first && first != begun.Task) await first.WaitAsync(cancellationToken);
        try
        {
            if (await turns.FindByKeyAsync(key, cancellationToken) is { } earlier) return await ReplayAsync(request, key, earlier, cancellationToken);
            try
            {
                return await BeginOrQueueAsync(request, cancellationToken);
            }
            catch (TurnException)
            {
                if (await turns.FindByKeyAsync(key, cancellationToken) is { } same) return await ReplayAsync(request, key, same, cancellationToken); // it began on another node, and what refused this one is that it runs
                throw;
            }
        }
        finally
        {
            _beginning.TryRemove(new(name, begun.Task));
            begun.SetResult();
        }
    }

    private async Task<StartedTurn> ReplayAsync(TurnRequest request, string key, IdempotentTurn earlier, CancellationToken cancellationToken)
    {
        if (!RequestHash.Agree(earlier.RequestHash, TurnRecorder.HashOf(request))) throw OtherRequest(key);
        return new(await RequiredAsync(earlier.Turn, cancellationToken), Replayed: true) { OnDisconnect = Leaving(request, request.OnDisconnect) };
    }

    internal static TurnException OtherRequest(string key) => new(TurnErrorCode.IdempotencyConflict, $"Idempotency key \"{key}\" was used for another request. Use a new key for a new request.") { Field = "idempotencyKey" };

    /// <summary>Who sends an idempotency key means to ask again when the answer does not come.</summary>
    private static OnDisconnect? Leaving(TurnRequest request, OnDisconnect? said) => said ?? (request.IdempotencyKey is null ? null : OnDisconnect.Continue);

    private async Task<Turn> RequiredAsync(string turn, CancellationToken cancellationToken) =>
        await turns.FindAsync(turn, cancellationToken) ?? throw NotFound(turn);

    /// <summary>A turn that runs here is told without the store, so the store cannot say who may see it.</summary>
    private async Task MustSeeAsync(string turn, CancellationToken cancellationToken)
    {
        if (!await access.SeesAsync(new ProjectThing(ProjectThings.Turn, turn), cancellationToken)) throw NotFound(turn);
    }

    private static TurnException NotFound(string turn) => new(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\".") { Field = "turn" };
}
