using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;
using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Scenarios;

/// <summary>What triggers do after the turn is kept and before the model is asked.</summary>
public sealed class ActionsOfATurn
{
    private readonly TaskCompletionSource _began = new();
    private int _rang;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Road NewRoad(Func<CancellationToken, Task> action) => new(builder => builder.AddTriggers(new Space("host",
        Method("act") with { Handler = (invocation, _) => { invocation.After("Acts.", action); return ValueTask.CompletedTask; } },
        Method("ring") with { Handler = (invocation, _) => { invocation.After("Rings.", _ => { _rang++; return Task.CompletedTask; }); return ValueTask.CompletedTask; } })));

    private async Task WaitAsync(CancellationToken stop)
    {
        _began.SetResult();
        await Task.Delay(Timeout.Infinite, stop);
    }

    [Fact]
    public async Task A_turn_that_is_cancelled_while_one_runs_ends_as_cancelled_and_asks_nobody()
    {
        await using var road = NewRoad(WaitAsync);
        var started = await road.Runner.StartAsync(new() { Content = "@.host.act; @.host.ring; Hi" }, Stop);
        await _began.Task;
        await road.Runner.CancelAsync(started.Turn.Id, Stop);
        Assert.Equal(TurnStatus.Cancelled, (await road.Runner.WaitAsync(started.Turn.Id, Stop)).Status);
        Assert.Equal(TurnStatus.Cancelled, (await road.Get<ITurnStore>().FindAsync(started.Turn.Id, Stop))!.Status);
        Assert.IsType<TurnCancelled>((await road.EventsAsync(started.Turn.Id))[^1]);
        Assert.Empty(road.Model.Requests);
        Assert.Equal(0, _rang);
        Assert.Equal("ok", (await road.RunAsync(new TurnRequest { Conversation = started.Turn.Conversation, Content = "And now?" })).Answer);
    }

    [Fact]
    public async Task And_as_interrupted_when_it_is_the_host_that_stops()
    {
        await using var road = NewRoad(WaitAsync);
        var started = await road.Runner.StartAsync(new() { Content = "@.host.act; Hi" }, Stop);
        await _began.Task;
        await road.Runner.DisposeAsync();
        Assert.Equal(TurnStatus.Interrupted, (await road.Get<ITurnStore>().FindAsync(started.Turn.Id, Stop))!.Status);
    }

    [Fact]
    public async Task One_that_gives_up_on_its_own_is_a_warning_and_the_turn_goes_on()
    {
        await using var road = NewRoad(_ => throw new TaskCanceledException("The request timed out."));
        var turn = await road.RunAsync("@.host.act; @.host.ring; Hi");
        Assert.Equal((TurnStatus.Completed, "ok", 1), (turn.Status, turn.Answer, _rang));
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal(("action_failed", "\"host.act\" failed: The request timed out."), (warning.Code, warning.Message));
    }
}
