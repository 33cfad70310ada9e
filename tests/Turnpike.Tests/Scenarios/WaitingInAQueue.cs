using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A turn that waits behind another one of its branch is a turn like all others: found, told and patient.</summary>
public sealed class WaitingInAQueue
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_finds_its_conversation_by_the_id_that_the_client_made()
    {
        await using var road = new Road();
        var go = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop)).Says("Second answer.");
        var first = (await road.Runner.StartAsync(new() { Content = "First", ExternalIds = new() { Conversation = "chat" } }, Stop)).Turn;
        var request = new TurnRequest { Content = "Second", ExternalIds = new() { Conversation = "chat" }, Queue = true, IdempotencyKey = "k" };
        var queued = await road.Runner.StartAsync(request, Stop);
        Assert.Equal((TurnStatus.Queued, first.Conversation), (queued.Turn.Status, queued.Turn.Conversation));
        go.SetResult();
        var turn = await road.Runner.WaitAsync(queued.Turn.Id, Stop);
        Assert.Equal((TurnStatus.Completed, first.Id, "Second answer."), (turn.Status, turn.Parent, turn.Answer));
        Assert.Equal(["user: First", "assistant: done", "user: Second"], road.Model.Last.Transcript);
        Assert.Equal((turn.Id, true), (await road.Runner.StartAsync(request, Stop)) is var again ? (again.Turn.Id, again.Replayed) : default);
    }

    [Fact]
    public async Task Without_a_conversation_of_that_id_there_is_nothing_to_wait_for()
    {
        await using var road = new Road();
        Assert.Equal(TurnStatus.Completed, (await road.RunAsync(new TurnRequest { Content = "First", ExternalIds = new() { Conversation = "new" }, Queue = true })).Status);
    }

    [Fact]
    public async Task Observers_hear_of_one_that_was_cancelled_before_its_time_came()
    {
        var listener = new Listener();
        await using var road = new Road(builder => builder.AddObserver(listener));
        var queued = await QueuedAsync(road, new());
        await road.Runner.CancelAsync(queued, Stop);
        Assert.Equal(TurnStatus.Cancelled, (await road.Runner.WaitAsync(queued, Stop)).Status);
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal([(queued, TurnStatus.Cancelled)], listener.Heard);
    }

    [Theory]
    [InlineData(nameof(IConversationStore), nameof(IConversationStore.FindAsync))]
    [InlineData(nameof(ITurnStore), nameof(ITurnStore.PathAsync))]
    [InlineData(nameof(ITurnStore), nameof(ITurnStore.BeginAsync))]
    public async Task A_store_that_is_away_for_seconds_when_its_time_comes_costs_it_nothing(string store, string member)
    {
        var away = 0;
        await using var road = new Road(builder => builder.Services.AddSingleton<TimeProvider>(new QuickClock())
            .AddSingleton(services => Watched<IConversationStore>.Of(services.GetRequiredService<InMemoryStores>().Conversations, (name, _, pass) => Seen(nameof(IConversationStore), name, pass)))
            .AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns, (name, _, pass) => Seen(nameof(ITurnStore), name, pass))));
        var go = new TaskCompletionSource();
        var queued = await QueuedAsync(road, go);
        Volatile.Write(ref away, 3);
        road.Model.Says("At last.");
        go.SetResult();
        var turn = await road.Runner.WaitAsync(queued, Stop);
        Assert.Equal((TurnStatus.Completed, "At last.", null), (turn.Status, turn.Answer, turn.Error?.Code));
        Assert.True(Volatile.Read(ref away) <= 0);

        object? Seen(string type, string name, Func<object?> pass) =>
            type == store && name == member && Interlocked.Decrement(ref away) >= 0 ? throw new TurnException(TurnErrorCode.StorageUnavailable, "The database is away.") { RetryAfter = TimeSpan.FromSeconds(5) } : pass();
    }

    [Fact]
    public async Task One_that_could_not_begin_for_a_store_says_that_another_try_may_go_well()
    {
        var away = false;
        await using var road = new Road(builder => builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns,
            (name, _, pass) => away && name == nameof(ITurnStore.BeginAsync) ? throw new TurnException(TurnErrorCode.StorageUnavailable, "The disk is full.") : pass())));
        var go = new TaskCompletionSource();
        var queued = await QueuedAsync(road, go);
        away = true;
        go.SetResult();
        var turn = await road.Runner.WaitAsync(queued, Stop);
        Assert.Equal((TurnStatus.Failed, new TurnFailure("storage_unavailable", "The disk is full.", true)), (turn.Status, turn.Error));
    }

    [Theory]
    [InlineData(null, OnDisconnect.Cancel, "")]
    [InlineData(false, OnDisconnect.Cancel, "")]
    [InlineData(true, OnDisconnect.Continue, "Second")]
    public async Task What_its_request_does_not_say_its_prompt_decides_before_its_time_comes(bool? store, OnDisconnect leaving, string kept)
    {
        await using var road = new Road();
        road.Model.Answers((_, stop) => HeldAsync(Task.Delay(Timeout.Infinite, stop), stop));
        var first = (await road.Runner.StartAsync(new() { Content = "First", Prompt = new Prompt { Store = false, OnDisconnect = OnDisconnect.Cancel } }, Stop)).Turn;
        var queued = await road.Runner.StartAsync(new() { Content = "Second", Conversation = first.Conversation, Queue = true, Store = store, OnDisconnect = leaving == OnDisconnect.Continue ? leaving : null }, Stop);
        Assert.Equal((TurnStatus.Queued, leaving), (queued.Turn.Status, queued.OnDisconnect));
        await road.Runner.CancelAsync(queued.Turn.Id, Stop);
        await road.Runner.WaitAsync(queued.Turn.Id, Stop);
        Assert.Equal((TurnStatus.Cancelled, kept), (await road.Get<ITurnStore>().FindAsync(queued.Turn.Id, Stop)) is { } turn ? (turn.Status, turn.Content) : default);
        await road.Runner.CancelAsync(first.Id, Stop);
    }

    [Fact]
    public async Task One_whose_key_began_another_one_ends_and_is_not_tried_for_ever()
    {
        var begun = 0;
        await using var road = new Road(builder => builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns, (name, given, pass) =>
            name == nameof(ITurnStore.BeginAsync) && given[0] is TurnBeginning { IsQueued: true } && Interlocked.Increment(ref begun) > 0 ? Task.FromResult<string?>("turn_other") : pass())));
        var go = new TaskCompletionSource();
        var queued = await QueuedAsync(road, go);
        go.SetResult();
        var turn = await road.Runner.WaitAsync(queued, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal((TurnStatus.Failed, "turn_not_found", 1), (turn.Status, turn.Error?.Code, begun));
        Assert.Single(road.Model.Requests);
    }

    [Fact]
    public async Task One_that_another_node_ended_meanwhile_is_not_made_ready_again()
    {
        var begun = 0;
        await using var road = new Road(builder => builder.Services.AddSingleton<TimeProvider>(new QuickClock()).AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns, (name, given, pass) =>
        {
            if (name != nameof(ITurnStore.BeginAsync) || given[0] is not TurnBeginning { IsQueued: true } beginning || Interlocked.Increment(ref begun) > 1) return pass();
            return SweptAsync(services.GetRequiredService<InMemoryStores>().Turns, beginning);
        })));
        var go = new TaskCompletionSource();
        var queued = await QueuedAsync(road, go);
        go.SetResult();
        Assert.Equal((TurnStatus.Interrupted, 1), ((await road.Runner.WaitAsync(queued, Stop)).Status, begun));

        static async Task<string?> SweptAsync(ITurnStore store, TurnBeginning beginning)
        {
            var later = DateTimeOffset.MaxValue.AddDays(-1);
            Assert.True(await store.InterruptAsync(beginning.Turn.Id, later, null, _ => null, beginning.Turn.CreatedAt, Stop));
            throw new TurnException(TurnErrorCode.ConversationBusy, "Another one was faster.");
        }
    }

    /// <summary>The id of a turn that is queued behind one that runs until the task is done.</summary>
    private static async Task<string> QueuedAsync(Road road, TaskCompletionSource go)
    {
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var first = (await road.Runner.StartAsync(new() { Content = "First" }, Stop)).Turn;
        var queued = (await road.Runner.StartAsync(new() { Content = "Second", Conversation = first.Conversation, Queue = true }, Stop)).Turn;
        Assert.Equal(TurnStatus.Queued, queued.Status);
        return queued.Id;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    private sealed class Listener : ITurnObserver
    {
        public List<(string Id, TurnStatus Status)> Heard { get; } = [];

        public ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken)
        {
            Heard.Add((turn.Id, turn.Status));
            return ValueTask.CompletedTask;
        }
    }
}
