using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A turn whose calls were answered loses neither the answers nor a cancel, whatever happens at the moment in which it goes on.</summary>
public sealed class GoingOnInAnOutage
{
    private static readonly CallAnswer Yes = new() { CallId = "call_1", Approved = true };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private int _booked;

    private Road Booking(Action<IServiceCollection> configure) => new(builder =>
    {
        builder.AddTool(() => $"Booked ({Interlocked.Increment(ref _booked)})", "book");
        builder.Services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        configure(builder.Services);
    });

    private static TurnException Away(TimeSpan? retryAfter) => new(TurnErrorCode.StorageUnavailable, "The database is away.") { RetryAfter = retryAfter };

    [Theory]
    [InlineData(nameof(ITurnStore.RequestAsync))]
    [InlineData(nameof(ITurnStore.TraceAsync))]
    public async Task What_it_needs_is_read_before_it_is_taken_so_it_waits_on_and_the_same_answer_lets_it_go_on(string member)
    {
        var away = 1;
        await using var road = Booking(services => services.AddSingleton(provider => Watched<ITurnStore>.Of(provider.GetRequiredService<InMemoryStores>().Turns,
            (name, _, pass) => name == member && Interlocked.Exchange(ref away, 0) == 1 ? throw Away(TimeSpan.FromSeconds(5)) : pass())));
        road.Model.Calls("book").Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        Assert.Equal(TurnErrorCode.StorageUnavailable, (await Assert.ThrowsAsync<TurnException>(() => road.Runner.AnswerAsync(waiting.Id, [Yes], Stop))).Code);
        Assert.Equal((TurnStatus.Waiting, 0), ((await road.Get<ITurnStore>().FindAsync(waiting.Id, Stop))!.Status, _booked));
        await road.Runner.AnswerAsync(waiting.Id, [Yes], Stop);
        var turn = await road.Runner.WaitAsync(waiting.Id, Stop);
        Assert.Equal((TurnStatus.Completed, "Done.", 1), (turn.Status, turn.Answer, _booked));
    }

    [Fact]
    public async Task Once_it_is_taken_a_store_that_is_away_for_a_while_is_waited_for()
    {
        var away = 2;
        await using var road = Booking(services => services
            .AddSingleton<TimeProvider>(new QuickClock())
            .AddSingleton(Watched<IBudgetStore>.Of(new InMemoryBudgetStore(), (name, _, pass) => name == nameof(IBudgetStore.GoOnAsync) && Interlocked.Decrement(ref away) >= 0 ? throw Away(TimeSpan.FromSeconds(5)) : pass())));
        road.Model.Calls("book").Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        await road.Runner.AnswerAsync(waiting.Id, [Yes], Stop);
        Assert.Equal((TurnStatus.Completed, 1), ((await road.Runner.WaitAsync(waiting.Id, Stop)).Status, _booked));
    }

    [Theory]
    [InlineData(OnWait.Wait, false)]
    [InlineData(OnWait.Wait, true)] // the word of its commit was lost
    [InlineData(OnWait.HandOver, false)]
    [InlineData(OnWait.HandOver, true)]
    public async Task A_store_that_is_away_when_it_comes_to_wait_is_waited_for(OnWait onWait, bool isCommitted)
    {
        var (away, member) = (2, onWait == OnWait.Wait ? nameof(IOpenCallStore.WaitAsync) : nameof(IOpenCallStore.HandOverAsync));
        await using var road = Booking(services => services
            .AddSingleton<TimeProvider>(new QuickClock())
            .AddSingleton(provider => Watched<IOpenCallStore>.Of(provider.GetRequiredService<InMemoryStores>().OpenCalls, (name, _, pass) =>
            {
                if (name != member || Interlocked.Decrement(ref away) < 0) return pass();
                if (isCommitted) pass();
                throw Away(TimeSpan.FromSeconds(5));
            })));
        road.Model.Calls("book").Says("Done.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"], OnWait = onWait });
        Assert.Equal((onWait == OnWait.Wait ? TurnStatus.Waiting : TurnStatus.Completed, "call_1", 0), (turn.Status, Assert.Single(turn.OpenCalls).CallId, _booked));
        if (onWait == OnWait.HandOver) return;
        await road.Runner.AnswerAsync(turn.Id, [Yes], Stop);
        Assert.Equal(("Done.", 1), ((await road.Runner.WaitAsync(turn.Id, Stop)).Answer, _booked));
    }

    [Fact]
    public async Task One_that_cannot_go_on_ends_as_failed_with_the_reason_and_nothing_ran()
    {
        await using var road = Booking(services => services.AddSingleton(Watched<IBudgetStore>.Of(new InMemoryBudgetStore(), (name, _, pass) => name == nameof(IBudgetStore.GoOnAsync) ? throw Away(null) : pass())));
        road.Model.Calls("book").Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        await road.Runner.AnswerAsync(waiting.Id, [Yes], Stop);
        var turn = await road.Runner.WaitAsync(waiting.Id, Stop);
        Assert.Equal((TurnStatus.Failed, "storage_unavailable", "The database is away.", 0), (turn.Status, turn.Error?.Code, turn.Error?.Message, _booked));
    }

    [Fact]
    public async Task A_cancel_that_comes_between_its_taking_and_its_running_ends_it()
    {
        ITurnStore turns = null!;
        await using var road = Booking(services => services
            .AddSingleton<IStoreChanges>(new StoreChanges { HearsOthers = true }) // word of it came, to nobody
            .AddSingleton(provider => Watched<IOpenCallStore>.Of(provider.GetRequiredService<InMemoryStores>().OpenCalls, (name, given, pass) =>
            {
                var answer = pass();
                if (name == nameof(IOpenCallStore.ClaimAsync)) _ = turns.RequestCancelAsync((string)given[0]!, Stop);
                return answer;
            })));
        turns = road.Get<ITurnStore>();
        road.Model.Calls("book").Answers((_, stop) => HeldAsync(stop));
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        await road.Runner.AnswerAsync(waiting.Id, [Yes], Stop);
        Assert.Equal(TurnStatus.Cancelled, (await road.Runner.WaitAsync(waiting.Id, Stop)).Status);
    }

    [Fact]
    public async Task A_cancel_of_which_no_word_came_is_found_when_leases_are_renewed()
    {
        await using var road = Booking(services => services.AddSingleton<IStoreChanges>(new StoreChanges { HearsOthers = true }));
        road.Model.Answers((_, stop) => HeldAsync(stop));
        var turn = (await road.Runner.StartAsync(new() { Content = "Go" }, Stop)).Turn.Id;
        await road.Get<ITurnStore>().RequestCancelAsync(turn, Stop);
        await road.Runner.TendAsync(Stop);
        Assert.Equal(TurnStatus.Cancelled, (await road.Runner.WaitAsync(turn, Stop)).Status);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }
}
