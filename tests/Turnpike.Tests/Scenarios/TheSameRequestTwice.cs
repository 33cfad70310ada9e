using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Conversations;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
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

    [Theory]
    [InlineData("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", true)]
    [InlineData("3:5e884898", true)]
    [InlineData("2:5e884898", false)]
    public async Task One_that_a_program_of_another_version_hashed_in_its_own_form_is_given_the_first_turn(string kept, bool isSame)
    {
        await using var road = new Road(builder => builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns,
            (name, _, pass) => name == nameof(ITurnStore.FindByKeyAsync) && pass() is Task<IdempotentTurn?> { Result: { } found } ? Task.FromResult<IdempotentTurn?>(found with { RequestHash = kept }) : pass())));
        var request = new TurnRequest { Content = "Once", IdempotencyKey = "k" };
        var first = (await road.Runner.StartAsync(request, Stop)).Turn;
        await road.Runner.WaitAsync(first.Id, Stop);
        if (isSame) Assert.Equal((first.Id, true), (await road.Runner.StartAsync(request, Stop)) is var again ? (again.Turn.Id, again.Replayed) : default);
        else Assert.Equal(TurnErrorCode.IdempotencyConflict, (await road.RefusedAsync(request)).Code);
        Assert.Single(road.Model.Requests);
    }

    [Theory]
    [InlineData("""{"content":"Hi"}""", "2:264e38320dc8a3c024e50c02fad4f5ff0884cc388e28ff926d2bad0acddc3a0e")]
    [InlineData("""{"content":"Hi","conversation":"conv_1","queue":true,"store":false,"variables":{"city":"Oslo","days":0},"tools":["weather"],"rules":["brief"],"parameters":{"temperature":0}}""", "2:35e559768db816442584e41a50e32fdb63ad8ef93da198868758084b98818867")]
    [InlineData("""{"content":"Hi","prompt":{"messages":[{"role":"system","content":"In {{city}}"}],"variables":[{"name":"city","type":"string"}]},"system":{"text":"Be brief.","mode":"replace"},"externalIds":{"run":"r"}}""", "2:de0ec84c9ee9dac9ce5a28967726c9494798b492abbb9e84150a4ec4589acc5d")]
    [InlineData("""{"resources":[{"kind":"text","text":"Data"}],"clientTools":[{"name":"clock","description":"Tells the time"}],"answers":[{"callId":"c","approved":true}],"history":[{"role":"user","content":"Yes"}]}""", "2:daceff660e8afdd2436caf03347878e0f8428559e348b1231bbd57ceda6b370d")]
    public void Its_hash_is_the_same_in_every_version(string body, string hash) => Assert.Equal(hash, TurnRecorder.HashOf(Read(body)));

    [Fact]
    public void What_says_nothing_counts_for_nothing_and_all_else_does()
    {
        var hash = TurnRecorder.HashOf(Read("""{"content":"Hi"}"""));
        Assert.Equal(hash, TurnRecorder.HashOf(Read("""{"content":"Hi","queue":false,"compose":"full","rules":[],"variables":{},"answers":[],"model":null}""")));
        string[] others = ["""{"content":"Ho"}""", """{"content":"Hi","queue":true}""", """{"content":"Hi","store":false}""", """{"content":"Hi","restart":false}""", """{"content":"Hi","variables":{"a":null}}""", """{"content":"Hi","variables":{"a":false}}""", """{"content":"Hi","parameters":{"temperature":0}}""",
            """{"content":"Hi","history":[]}""", """{"content":"Hi","typed":[]}"""]; // no history is another one than the conversation's
        Assert.Equal(others.Length + 1, others.Select(body => TurnRecorder.HashOf(Read(body))).Append(hash).Distinct().Count());
    }

    private static TurnRequest Read(string body) => JsonSerializer.Deserialize(body, TurnpikeJson.Relaxed.TurnRequest)!;

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }
}
