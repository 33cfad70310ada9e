using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Who has a turn open while it waits for somebody outside, and who is queued behind it, costs next to nothing until it goes on.</summary>
public sealed class ReadersOfAWaitingTurn
{
    private static readonly ClientTool Locate = new() { Name = "locate" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_store_is_not_read_while_nothing_happens_and_the_reader_is_woken_when_the_turn_goes_on_here()
    {
        var (reads, many, go, begun, rests) = (0, new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var road = new Road(builder =>
        {
            builder.Services.AddSingleton(services => Watched<ITurnLog>.Of(services.GetRequiredService<InMemoryStores>().Log, Counted));
            builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns, Counted));
            builder.Services.AddSingleton(Watched<IStoreChanges>.Of(new StoreChanges(), (name, _, pass) =>
            {
                if (name == "get_" + nameof(IStoreChanges.HearsOthers)) rests.TrySetResult(); // asked to know how long to rest
                return pass();
            }));
        });
        road.Model.Answers((_, stop) => CallAsync(go.Task, stop)).Says("You are in Rome.");
        var turn = (await road.Runner.StartAsync(new() { Content = "Where am I?", ClientTools = [Locate] }, Stop)).Turn.Id;
        var heard = new List<TurnEvent>();
        var reading = Task.Run(ReadAsync, Stop);
        await begun.Task;
        go.SetResult();
        Assert.Equal(TurnStatus.Waiting, (await road.Runner.WaitAsync(turn, Stop)).Status);
        await Task.WhenAny(rests.Task, many.Task);
        Assert.False(many.Task.IsCompleted);
        var before = Volatile.Read(ref reads);
        for (var i = 0; i < 2000; i++) await Task.Yield();
        Assert.Equal(before, Volatile.Read(ref reads));

        await road.Runner.AnswerAsync(turn, [new() { CallId = "call_1", Output = System.Text.Json.JsonElement.Parse("\"Rome\"") }], Stop);
        await reading; // though the clock stands still
        Assert.IsType<TurnCompleted>(heard[^1]);
        Assert.Equal(Enumerable.Range(1, heard.Count), heard.Select(happened => (int)happened.Sequence));
        Assert.Contains(heard, happened => happened is TextDelta { Text: "You are in Rome." });

        object? Counted(string name, object?[] given, Func<object?> pass)
        {
            if (name is nameof(ITurnLog.ReadAsync) or nameof(ITurnStore.FindAsync) && Interlocked.Increment(ref reads) == 1000) many.TrySetResult();
            return pass();
        }

        async Task ReadAsync()
        {
            await foreach (var events in road.Runner.SubscribeAsync(turn, 0, Stop))
            {
                heard.AddRange(events);
                begun.TrySetResult();
            }
        }
    }

    [Fact]
    public async Task A_turn_queued_behind_it_is_not_prepared_again_and_again_and_begins_when_it_has_ended()
    {
        var (prepared, rests, isQueued) = (0, new TaskCompletionSource(), false);
        var again = new TaskCompletionSource();
        await using var road = new Road(builder =>
        {
            builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns, (name, _, pass) =>
            {
                if (name == nameof(ITurnStore.PathAsync) && Interlocked.Increment(ref prepared) > 1) again.TrySetResult();
                return pass();
            }));
            builder.Services.AddSingleton(Watched<IStoreChanges>.Of(new StoreChanges(), (name, _, pass) =>
            {
                if (name == nameof(IStoreChanges.Listen) && Volatile.Read(ref isQueued)) rests.TrySetResult();
                return pass();
            }));
        });
        road.Model.Calls("locate").Says("Rome.").Says("Sunny.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Where am I?", ClientTools = [Locate] });
        (prepared, isQueued) = (0, true);
        var queued = (await road.Runner.StartAsync(new() { Content = "And the weather?", Conversation = waiting.Conversation, Queue = true }, Stop)).Turn;
        await Task.WhenAny(rests.Task, again.Task);
        Assert.Equal((TurnStatus.Queued, 1), (queued.Status, prepared)); // once, to learn that the branch is busy

        var end = road.Runner.WaitAsync(queued.Id, Stop);
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Output = System.Text.Json.JsonElement.Parse("\"Rome\"") }], Stop);
        while (!end.IsCompleted)
        {
            road.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal((TurnStatus.Completed, "Sunny.", waiting.Id), ((await end).Status, (await end).Answer, (await end).Parent));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> CallAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, [new FunctionCallContent("call_1", "locate", new Dictionary<string, object?>())]) { FinishReason = ChatFinishReason.ToolCalls };
    }
}
