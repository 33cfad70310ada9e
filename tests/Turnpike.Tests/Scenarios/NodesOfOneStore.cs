using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Nodes that share their stores leave each other's turns alone while they live, and tell one end of each.</summary>
public sealed class NodesOfOneStore
{
    private readonly InMemoryStores _stores = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Road Node(Action<TurnpikeBuilder>? configure = null) => new(builder =>
    {
        builder.Services.AddSingleton(_stores);
        configure?.Invoke(builder);
    });

    [Fact]
    public async Task A_node_that_ends_many_turns_of_a_dead_one_keeps_its_own()
    {
        var clock = new ManualClock();
        await using var busy = Node(builder => builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton(Watched<ITurnStore>.Of(_stores.Turns, (name, _, pass) =>
        {
            if (name == nameof(ITurnStore.InterruptAsync)) clock.Advance(TimeSpan.FromSeconds(6)); // so long it takes
            return pass();
        })));
        await using var other = Node(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        foreach (var id in (string[])["turn_1", "turn_2", "turn_3"]) await _stores.Turns.BeginAsync(Lapsed(id, clock.GetUtcNow()), Stop);
        var go = new TaskCompletionSource();
        busy.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var own = (await busy.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn.Id;
        await busy.Runner.TendAsync(Stop);
        await other.Runner.TendAsync(Stop);
        Assert.Equal(TurnStatus.Interrupted, (await _stores.Turns.FindAsync("turn_3", Stop))!.Status);
        Assert.Equal(TurnStatus.Running, (await _stores.Turns.FindAsync(own, Stop))!.Status);
        go.SetResult();
        Assert.Equal((TurnStatus.Completed, "done"), (await busy.Runner.WaitAsync(own, Stop)) is var turn ? (turn.Status, turn.Answer) : default);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_ends_no_turn_of_a_node_that_lives()
    {
        await using var runs = Node();
        await using var other = Node();
        var go = new TaskCompletionSource();
        runs.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var id = (await runs.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn.Id;
        await TendAsync();
        foreach (var node in (Road[])[other, runs]) node.Clock.Jump(TimeSpan.FromMinutes(1));
        await TendAsync();
        Assert.Equal(TurnStatus.Running, await StatusAsync()); // its lease has run out by the new clock, and is not renewed yet
        await runs.Runner.TendAsync(Stop);
        await TendAsync();
        Assert.Equal(TurnStatus.Running, await StatusAsync());
        other.Clock.Advance(TimeSpan.FromMinutes(1));
        await TendAsync();
        Assert.Equal(TurnStatus.Interrupted, await StatusAsync()); // time that passed is no jump
        go.SetResult();

        Task TendAsync() => other.Runner.TendAsync(Stop);

        async Task<TurnStatus> StatusAsync() => (await _stores.Turns.FindAsync(id, Stop))!.Status;
    }

    [Fact]
    public async Task A_turn_that_waited_and_went_on_while_leases_were_renewed_is_not_the_one_that_was_lost()
    {
        Func<Func<Task<IReadOnlyList<string>>>, Task<IReadOnlyList<string>>>? renews = null;
        await using var road = Node(builder => builder.AddTool(() => "Booked", "book").Services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask)
            .AddSingleton(Watched<ITurnStore>.Of(_stores.Turns, (name, _, pass) => name == nameof(ITurnStore.RenewAsync) && renews is not null ? renews(() => (Task<IReadOnlyList<string>>)pass()!) : pass())));
        var (asks, ends) = (new TaskCompletionSource(), new TaskCompletionSource());
        road.Model.Answers((_, stop) => AskingAsync(asks.Task, stop)).Answers((_, stop) => HeldAsync(ends.Task, stop));
        var id = (await road.Runner.StartAsync(new() { Content = "Go", Tools = ["book"] }, Stop)).Turn.Id;
        renews = async pass =>
        {
            renews = null;
            asks.SetResult();
            Assert.Equal(TurnStatus.Waiting, (await road.Runner.WaitAsync(id, Stop)).Status);
            var ours = await pass();
            await road.Runner.AnswerAsync(id, [new() { CallId = "call_1", Approved = true }], Stop);
            return ours;
        };
        await road.Runner.TendAsync(Stop);
        Assert.Null(renews);
        ends.SetResult();
        Assert.Equal((TurnStatus.Completed, "done"), (await road.Runner.WaitAsync(id, Stop)) is var turn ? (turn.Status, turn.Answer) : default);
    }

    [Fact]
    public async Task Of_a_turn_that_another_node_ended_its_own_tells_that_end_and_no_observer_hears_a_second_one()
    {
        var listener = new Listener();
        await using var slow = Node(builder => builder.AddObserver(listener));
        await using var other = Node(builder => builder.AddObserver(listener));
        var go = new TaskCompletionSource();
        slow.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var id = (await slow.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn.Id;
        var end = slow.Runner.WaitAsync(id, Stop);
        other.Clock.Advance(TimeSpan.FromMinutes(1)); // the lease of the slow one has run out there
        await other.Runner.TendAsync(Stop);
        go.SetResult();
        var turn = await end;
        Assert.Equal((TurnStatus.Interrupted, ""), (turn.Status, turn.Answer));
        await slow.Get<TurnObservers>().DrainAsync();
        await other.Get<TurnObservers>().DrainAsync();
        Assert.Equal([(id, TurnStatus.Interrupted)], listener.Heard);
        Assert.IsType<TurnInterrupted>((await slow.EventsAsync(id))[^1]);
    }

    [Fact]
    public async Task Of_a_turn_whose_conversation_is_deleted_meanwhile_no_observer_hears()
    {
        var listener = new Listener();
        await using var road = Node(builder => builder.AddObserver(listener));
        var go = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var turn = (await road.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn;
        var end = road.Runner.WaitAsync(turn.Id, Stop);
        Assert.True(await _stores.Conversations.DeleteAsync(turn.Conversation, Stop));
        go.SetResult();
        Assert.True((await end).HasEnded);
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Empty(listener.Heard);
    }

    [Fact]
    public async Task A_conversation_that_another_node_deletes_ends_its_turn_where_it_runs()
    {
        await using var road = Node(builder => builder.Services.AddSingleton(TimeProvider.System));
        await using var other = Node(builder => builder.Services.AddSingleton(TimeProvider.System));
        var never = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HeldAsync(never.Task, stop));
        var turn = (await road.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn;
        var (here, there) = (road.EventsAsync(turn.Id), other.EventsAsync(turn.Id));
        Assert.True(await other.Runner.DeleteConversationAsync(turn.Conversation, Stop));
        Assert.Equal(Enumerable.Range(1, (await here).Count), (await here).Select(happened => (int)happened.Sequence));
        Assert.IsType<TurnCancelled>((await here)[^1]);
        Assert.IsType<TurnCancelled>((await there)[^1]);
        Assert.Null(await _stores.Turns.FindAsync(turn.Id, Stop));
        Assert.False(await other.Runner.DeleteConversationAsync(turn.Conversation, Stop));
    }

    [Fact]
    public async Task Of_a_turn_that_vanishes_from_the_store_a_reader_on_another_node_hears_the_end()
    {
        await using var road = Node(builder => builder.Services.AddSingleton(TimeProvider.System));
        await using var other = Node(builder => builder.Services.AddSingleton(TimeProvider.System));
        var go = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var turn = (await road.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn;
        var (heard, reads) = (new List<TurnEvent>(), new TaskCompletionSource());
        var reading = Task.Run(async () =>
        {
            await foreach (var events in other.Runner.SubscribeAsync(turn.Id, 0, Stop))
            {
                heard.AddRange(events);
                reads.TrySetResult();
            }
        }, Stop);
        await reads.Task;
        Assert.True(await _stores.Conversations.DeleteAsync(turn.Conversation, Stop));
        await reading;
        Assert.Equal((turn.Id, turn.Conversation, "deleted"), heard[^1] is TurnCancelled end ? (end.Turn, end.Conversation, end.Reason) : default);
        Assert.Equal(Enumerable.Range(1, heard.Count), heard.Select(happened => (int)happened.Sequence));
        Assert.Equal(TurnErrorCode.TurnNotFound, (await Assert.ThrowsAsync<TurnException>(() => other.EventsAsync("turn_none"))).Code);
        go.SetResult();
    }

    [Theory]
    [InlineData(false)] // the cancel comes before it is kept as waiting
    [InlineData(true)] // or just after
    public async Task A_cancel_that_comes_while_a_turn_settles_down_to_wait_ends_it(bool isKept)
    {
        Road road = null!;
        await using var node = road = Asking(async (id, pass) =>
        {
            if (!isKept) await road.Runner.CancelAsync(id, Stop);
            var waits = await pass();
            if (isKept) await road.Runner.CancelAsync(id, Stop);
            return waits;
        });
        road.Model.Calls("book").Says("Next.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        Assert.Equal((TurnStatus.Cancelled, 0), (turn.Status, turn.OpenCalls.Count));
        Assert.IsType<TurnCancelled>((await road.EventsAsync(turn.Id))[^1]);
        Assert.Equal(TurnErrorCode.IdempotencyConflict, (await Assert.ThrowsAsync<TurnException>(() => road.Runner.AnswerAsync(turn.Id, [new() { CallId = "call_1", Approved = true }], Stop))).Code);
        Assert.Equal("Next.", (await road.RunAsync(new TurnRequest { Content = "And?", Conversation = turn.Conversation })).Answer);
    }

    [Fact]
    public async Task So_does_one_that_comes_to_another_node()
    {
        await using var other = Node();
        await using var road = Asking(async (id, pass) =>
        {
            await other.Runner.CancelAsync(id, Stop);
            return await pass();
        });
        road.Model.Calls("book");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        Assert.Equal(TurnStatus.Waiting, waiting.Status); // its node has not heard
        await other.Runner.TendAsync(Stop);
        Assert.Equal(TurnStatus.Cancelled, (await other.Runner.WaitAsync(waiting.Id, Stop)).Status);
    }

    /// <summary>A node whose tool <c>book</c> asks, with something that happens when a turn is kept as waiting.</summary>
    private Road Asking(Func<string, Func<Task<bool>>, Task<bool>> waits) => Node(builder => builder.AddTool(() => "Booked", "book").Services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask)
        .AddSingleton(Watched<IOpenCallStore>.Of(_stores.OpenCalls, (name, given, pass) => name == nameof(IOpenCallStore.WaitAsync) ? waits(((Turn)given[0]!).Id, () => (Task<bool>)pass()!) : pass())));

    private static TurnBeginning Lapsed(string id, DateTimeOffset now)
    {
        var started = new TurnStarted { Model = "test/model" };
        started.Place(id, "conv_" + id, 1, now);
        return new()
        {
            Turn = new() { Id = id, Conversation = "conv_" + id, Status = TurnStatus.Running, Model = "test/model", CreatedAt = now },
            Conversation = new() { Id = "conv_" + id, Head = id, CreatedAt = now, UpdatedAt = now },
            IsNewConversation = true,
            Request = "{}"u8.ToArray(),
            Trace = [],
            Started = started,
            Node = "gone",
            LeaseUntil = now.AddSeconds(-1),
        };
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> AskingAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, [new FunctionCallContent("call_1", "book", new Dictionary<string, object?>())]) { FinishReason = ChatFinishReason.ToolCalls };
    }

    private sealed class Listener : ITurnObserver
    {
        public List<(string Id, TurnStatus Status)> Heard { get; } = [];

        public ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken)
        {
            lock (Heard) Heard.Add((turn.Id, turn.Status));
            return ValueTask.CompletedTask;
        }
    }
}
