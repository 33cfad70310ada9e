using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Two equal requests under one idempotency key that come at the same time are one turn, whatever refuses the second because of the first.</summary>
public sealed class TheSameRequestTwice
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_is_refused_because_the_other_began_on_another_node_meanwhile_is_given_that_turn()
    {
        var isBlind = 0;
        await using var road = new Road(builder => builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns,
            (name, _, pass) => name == nameof(ITurnStore.FindByKeyAsync) && Interlocked.Exchange(ref isBlind, 0) == 1 ? Task.FromResult<IdempotentTurn?>(null) : pass())));
        var conversation = (await road.RunAsync("Hi")).Conversation;
        var go = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop));
        var request = new TurnRequest { Content = "Once", Conversation = conversation, IdempotencyKey = "k" };
        var first = await road.Runner.StartAsync(request, Stop);
        isBlind = 1;
        var second = await road.Runner.StartAsync(request, Stop);
        Assert.Equal((first.Turn.Id, true), (second.Turn.Id, second.Replayed));
        isBlind = 1;
        Assert.Equal(TurnErrorCode.IdempotencyConflict, (await road.RefusedAsync(request with { Content = "Twice" })).Code);
        Assert.Equal(TurnErrorCode.ConversationBusy, (await road.RefusedAsync(request with { IdempotencyKey = "other" })).Code);
        go.SetResult();
        Assert.Equal(TurnStatus.Completed, (await road.Runner.WaitAsync(first.Turn.Id, Stop)).Status);
    }

    [Fact]
    public async Task The_second_waits_while_the_first_takes_the_only_place_of_the_key()
    {
        var (counted, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var road = new Road(builder => builder.Services.AddSingleton(Watched<IBudgetStore>.Of(new InMemoryBudgetStore(), (name, _, pass) => name == nameof(IBudgetStore.ReserveAsync) ? ReserveAsync((Task<BudgetPeriod?>)pass()!) : pass())));
        using var key = KeyScope.Enter(new() { Id = "key_1", Name = "shop", Prefix = "tp_1", CreatedAt = road.Clock.GetUtcNow(), Limits = new() { Concurrency = 1 } });
        var request = new TurnRequest { Content = "Once", IdempotencyKey = "k" };
        var first = road.Runner.StartAsync(request, Stop);
        await counted.Task;
        var second = road.Runner.StartAsync(request, Stop);
        go.SetResult();
        Assert.Equal(((await first).Turn.Id, true), ((await second).Turn.Id, (await second).Replayed));
        Assert.Equal(TurnStatus.Completed, (await road.Runner.WaitAsync((await first).Turn.Id, Stop)).Status);
        Assert.Single(road.Model.Requests);

        async Task<BudgetPeriod?> ReserveAsync(Task<BudgetPeriod?> reserved)
        {
            counted.TrySetResult();
            await go.Task;
            return await reserved;
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }
}
