using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Middleware;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A runner that stops, and one whose stores fail, leaves no reader waiting and no turn half begun.</summary>
public sealed class FaultsAroundARunner
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_reads_a_waiting_turn_is_sent_away_when_the_services_are_disposed()
    {
        var rests = new TaskCompletionSource();
        await using var road = new Road(builder => builder.Services.AddSingleton(Rests(rests)));
        var reading = await ReadWaitingAsync(road, rests);
        await road.DisposeAsync();
        Assert.IsType<StepCompleted>((await reading.WaitAsync(Soon, Stop))[^1]);
    }

    [Fact]
    public async Task A_log_that_breaks_ends_its_readers_with_the_fault_and_is_not_asked_again_and_again()
    {
        var (rests, isBroken, reads) = (new TaskCompletionSource(), false, 0);
        await using var road = new Road(builder => builder.Services.AddSingleton<TimeProvider>(new QuickClock()).AddSingleton(Rests(rests)).AddSingleton(services => Watched<ITurnLog>.Of(services.GetRequiredService<InMemoryStores>().Log, (name, _, pass) =>
        {
            if (!Volatile.Read(ref isBroken) || name != nameof(ITurnLog.ReadAsync)) return pass();
            Interlocked.Increment(ref reads);
            throw new InvalidOperationException("The log is broken.");
        })));
        var reading = await ReadWaitingAsync(road, rests);
        Volatile.Write(ref isBroken, true);
        Assert.Equal("The log is broken.", (await Assert.ThrowsAsync<InvalidOperationException>(() => reading.WaitAsync(Soon, Stop))).Message);
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task A_store_that_is_away_for_seconds_does_not_cut_who_reads_a_turn_of_another_node()
    {
        var (away, stores, isOver) = (0, new InMemoryStores(), new TaskCompletionSource());
        await using var road = new Road(builder => builder.Services.AddSingleton(stores));
        await using var other = new Road(builder => builder.Services.AddSingleton<TimeProvider>(new QuickClock()).AddSingleton(stores)
            .AddSingleton(Watched<ITurnLog>.Of(stores.Log, (name, _, pass) => Seen(name == nameof(ITurnLog.ReadAsync), pass)))
            .AddSingleton(Watched<ITurnStore>.Of(stores.Turns, (name, _, pass) => Seen(name == nameof(ITurnStore.FindAsync), pass))));
        var (go, begun) = (new TaskCompletionSource(), new TaskCompletionSource());
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var turn = (await road.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn.Id;
        var reading = Task.Run(async () =>
        {
            TurnEvent? last = null;
            await foreach (var events in other.Runner.SubscribeAsync(turn, 0, Stop))
            {
                last = events[^1];
                begun.TrySetResult();
            }
            return last;
        }, Stop);
        await begun.Task;
        Volatile.Write(ref away, 5);
        await Task.WhenAny(isOver.Task, reading);
        go.SetResult();
        Assert.IsType<TurnCompleted>(await reading.WaitAsync(Soon, Stop));

        object? Seen(bool isAsked, Func<object?> pass)
        {
            if (!isAsked || Volatile.Read(ref away) <= 0) return pass();
            if (Interlocked.Decrement(ref away) == 0) isOver.TrySetResult();
            throw new TurnException(TurnErrorCode.StorageUnavailable, "The database is away.") { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }

    [Fact]
    public async Task A_turn_that_is_made_ready_while_the_host_begins_to_stop_is_refused_and_nothing_is_kept()
    {
        var (held, begun) = (new Held(), 0);
        await using var road = new Road(builder => builder.AddMiddleware(held).Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns, (name, _, pass) =>
        {
            if (name == nameof(ITurnStore.BeginAsync)) Interlocked.Increment(ref begun);
            return pass();
        })));
        var start = road.Runner.StartAsync(new() { Content = "Hi" }, Stop);
        await held.Came.Task;
        await road.Runner.StopAsync(Stop);
        held.Go.SetResult();
        Assert.Equal(TurnErrorCode.ShuttingDown, (await Assert.ThrowsAsync<TurnException>(() => start)).Code);
        Assert.Equal((0, 0), (begun, road.Model.Requests.Count));
    }

    [Fact]
    public async Task One_that_is_being_kept_when_the_others_are_interrupted_is_so_as_well()
    {
        var (came, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var road = new Road(builder => builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns, (name, _, pass) => name == nameof(ITurnStore.BeginAsync) ? LateAsync(pass) : pass())).Configure<RunnerOptions>(options => options.Drain = TimeSpan.Zero));
        road.Model.Answers((_, stop) => HeldAsync(new TaskCompletionSource().Task, stop));
        var start = road.Runner.StartAsync(new() { Content = "Hi" }, Stop);
        await came.Task;
        await road.Runner.StopAsync(Stop);
        go.SetResult();
        Assert.Equal(TurnStatus.Interrupted, (await road.Runner.WaitAsync((await start).Turn.Id, Stop).WaitAsync(Soon, Stop)).Status);
        Assert.Empty(road.Runner.Running);

        async Task<string?> LateAsync(Func<object?> pass)
        {
            came.TrySetResult();
            await go.Task;
            return await (Task<string?>)pass()!;
        }
    }

    [Fact]
    public async Task What_fails_after_the_end_of_a_turn_leaves_no_turn_running()
    {
        string? mine = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Turnpike",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (Volatile.Read(ref mine) is { } id && span.GetTagItem("turnpike.turn.id") as string == id) throw new InvalidOperationException("The exporter is broken.");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var road = new Road();
        var go = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var id = (await road.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn.Id;
        Volatile.Write(ref mine, id);
        var ends = road.Runner.WaitAsync(id, Stop);
        go.SetResult();
        Assert.Equal(TurnStatus.Completed, (await ends.WaitAsync(Soon, Stop)).Status);
        Assert.Empty(road.Runner.Running);
    }

    /// <summary>Reads a turn that waits; returns when it is followed and nothing happens.</summary>
    private static async Task<Task<IReadOnlyList<TurnEvent>>> ReadWaitingAsync(Road road, TaskCompletionSource rests)
    {
        road.Model.Calls("locate");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Where am I?", ClientTools = [new() { Name = "locate" }] });
        Assert.Equal(TurnStatus.Waiting, waiting.Status);
        var reading = Task.Run(() => road.EventsAsync(waiting.Id), Stop);
        await rests.Task;
        return reading;
    }

    private static IStoreChanges Rests(TaskCompletionSource rests) => Watched<IStoreChanges>.Of(new StoreChanges(), (name, _, pass) =>
    {
        if (name == "get_" + nameof(IStoreChanges.HearsOthers)) rests.TrySetResult(); // asked to know how long to rest
        return pass();
    });

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    private sealed class Held : ITurnMiddleware
    {
        public TaskCompletionSource Came { get; } = new();
        public TaskCompletionSource Go { get; } = new();
        public string Name => "held";

        public async ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken)
        {
            Came.TrySetResult();
            await Go.Task;
        }
    }
}
