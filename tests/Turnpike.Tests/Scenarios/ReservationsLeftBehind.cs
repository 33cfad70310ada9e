using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>No place and no budget of a key stays taken by a turn that nobody will settle, and no turn that was left behind keeps another from being ended.</summary>
public sealed class ReservationsLeftBehind
{
    private static readonly BudgetPeriod Place = new(BudgetPeriod.Running, 1, long.MaxValue, long.MaxValue);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_whose_conversation_is_deleted_while_it_runs_gives_its_place_back()
    {
        await using var road = new Road();
        using var key = KeyScope.Enter(new() { Id = "key_1", Name = "shop", Prefix = "tp_1", CreatedAt = road.Clock.GetUtcNow(), Limits = new() { Concurrency = 1 } });
        var go = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HeldAsync(go.Task, stop)).Says("Fine.");
        var started = (await road.Runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn;
        var end = road.Runner.WaitAsync(started.Id, Stop);
        Assert.Equal(TurnErrorCode.RateLimited, (await road.RefusedAsync(new() { Content = "And me?" })).Code);
        Assert.True(await road.Get<IConversationStore>().DeleteAsync(started.Conversation, Stop));
        go.SetResult();
        Assert.True((await end).HasEnded);
        Assert.Equal("Fine.", (await road.RunAsync("And me?")).Answer);
    }

    [Fact]
    public async Task What_is_reserved_for_turns_that_ended_or_never_began_is_released_after_minutes_and_nothing_else()
    {
        await using var road = new Road();
        var (budgets, now) = (road.Get<IBudgetStore>(), road.Clock.GetUtcNow());
        var ended = await road.RunAsync("Hi"); // its node was killed before it settled
        await road.Get<ITurnStore>().BeginAsync(Beginning("turn_runs", now, now.AddDays(1)), Stop);
        foreach (var (turn, own) in ((string, string)[])[(ended.Id, "key_1"), ("turn_never", "key_2"), ("turn_runs", "key_3")]) Assert.Null(await budgets.ReserveAsync(Claim(turn, own), Stop));
        road.Clock.Advance(TimeSpan.FromMinutes(9));
        await road.Runner.TendAsync(Stop);
        Assert.Equal(3, (await budgets.LeftAsync(OrganizationScope.Default, road.Clock.GetUtcNow(), Stop)).Count);
        road.Clock.Advance(TimeSpan.FromMinutes(2));
        await road.Runner.TendAsync(Stop);
        Assert.Equal(new("turn_runs", OrganizationScope.Default, Runs: true), Assert.Single(await budgets.LeftAsync(OrganizationScope.Default, road.Clock.GetUtcNow(), Stop)));
        Assert.Null(await budgets.ReserveAsync(Claim("turn_2", "key_1"), Stop));
        Assert.Null(await budgets.ReserveAsync(Claim("turn_3", "key_2"), Stop));
        Assert.NotNull(await budgets.ReserveAsync(Claim("turn_4", "key_3"), Stop));

        BudgetClaim Claim(string turn, string own) => new(turn, own, 1, 1, [Place]) { At = now };
    }

    [Fact]
    public async Task A_turn_that_cannot_be_read_keeps_no_other_from_being_ended_settled_and_told_to_observers()
    {
        var listener = new Listener();
        await using var road = new Road(builder =>
        {
            builder.AddObserver(listener);
            builder.Services.AddSingleton(services => Watched<ITurnStore>.Of(services.GetRequiredService<InMemoryStores>().Turns,
                (name, given, pass) => name == nameof(ITurnStore.InterruptAsync) && given[0] is "turn_1" ? throw new JsonException("The row is damaged.") : pass()));
        });
        var (turns, budgets, now) = (road.Get<ITurnStore>(), road.Get<IBudgetStore>(), road.Clock.GetUtcNow());
        foreach (var id in (string[])["turn_1", "turn_2"]) await turns.BeginAsync(Beginning(id, now, now), Stop);
        Assert.Null(await budgets.ReserveAsync(new("turn_2", "key_1", 1, 1, [Place]) { At = now }, Stop));
        road.Clock.Advance(TimeSpan.FromMinutes(1));
        await road.Runner.TendAsync(Stop);
        await road.Get<TurnObservers>().DrainAsync();
        Assert.Equal((TurnStatus.Running, TurnStatus.Interrupted), ((await turns.FindAsync("turn_1", Stop))!.Status, (await turns.FindAsync("turn_2", Stop))!.Status));
        Assert.Equal(["turn_2"], listener.Heard);
        Assert.Null(await budgets.ReserveAsync(new("turn_3", "key_1", 1, 1, [Place]), Stop));
    }

    private static TurnBeginning Beginning(string id, DateTimeOffset now, DateTimeOffset lease)
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
            Node = "other",
            LeaseUntil = lease,
        };
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    private sealed class Listener : ITurnObserver
    {
        public List<string> Heard { get; } = [];

        public ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken)
        {
            Heard.Add(turn.Id);
            return ValueTask.CompletedTask;
        }
    }
}
