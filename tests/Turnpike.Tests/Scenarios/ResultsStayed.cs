using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A result that was had or accepted is sent to the model in later turns, however its turn ended, and where it was sent before.</summary>
public sealed class ResultsStayed
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly ClientTool Locate = new() { Name = "locate" };

    private static FunctionCallContent Call(string id, string tool) => new(id, tool, new Dictionary<string, object?>());

    private static CallAnswer Answer(string id, string output) => new() { CallId = id, Output = JsonSerializer.SerializeToElement(output) };

    private static async Task<IReadOnlyList<string>> NextAsync(Road road, Turn before)
    {
        await road.RunAsync(new TurnRequest { Conversation = before.Conversation, Parent = before.Id, Content = "And?" });
        return road.Model.Last.Transcript;
    }

    private static async Task<Turn> WaitingAsync(Road road, params FunctionCallContent[] calls)
    {
        road.Model.CallsAll(calls);
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["*"], ClientTools = [Locate] });
        Assert.Equal(TurnStatus.Waiting, waiting.Status);
        return waiting;
    }

    private static Road Booking() => new(builder =>
    {
        builder.AddTool(() => "Booked", "book");
        builder.Services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    });

    [Fact]
    public async Task What_was_accepted_of_a_waiting_turn_stays_when_it_is_cancelled()
    {
        await using var road = Booking();
        var waiting = await WaitingAsync(road, Call("a", "locate"), Call("b", "locate"), Call("c", "book"), Call("d", "book"));
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "c", Approved = false, Reason = "too dear" }, new() { CallId = "d", Approved = true }], Stop);
        await road.Runner.AnswerAsync(waiting.Id, [Answer("b", "Rome")], Stop);
        await road.Runner.CancelAsync(waiting.Id, Stop);
        var turn = await road.Runner.WaitAsync(waiting.Id, Stop);
        Assert.Equal(TurnStatus.Cancelled, turn.Status);
        var events = await road.EventsAsync(turn.Id);
        Assert.Equal([("b", false, "client"), ("c", true, "server")], events.OfType<ToolResult>().Select(result => (result.CallId, result.Denied, result.By)));
        Assert.Equal(["tool.result", "tool.result", "turn.cancelled"], events.Select(happened => happened.Type).TakeLast(3));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(happened => happened.Sequence));

        const string None = "[result No result: the turn ended before the tool answered.]";
        Assert.Equal(["user: Go", "assistant: [call locate] [call locate] [call book] [call book]", $"tool: {None} [result Rome] [result The call of \"book\" was not allowed: too dear. Do not call it again in the same way.] {None}", "user: And?"], await NextAsync(road, turn));
    }

    [Fact]
    public async Task What_was_accepted_stays_when_the_node_that_took_the_turn_goes_away()
    {
        await using var road = Booking();
        var waiting = await WaitingAsync(road, Call("a", "book"), Call("b", "locate"));
        var calls = road.Get<IOpenCallStore>();
        await calls.AnswerAsync(waiting.Id, [Answer("b", "Rome"), new() { CallId = "a", Approved = true }], road.Clock.GetUtcNow(), Stop);
        Assert.NotNull(await calls.ClaimAsync(waiting.Id, new("gone", TimeSpan.FromSeconds(15)), road.Clock.GetUtcNow(), unanswered: false, Stop));
        road.Clock.Advance(TimeSpan.FromMinutes(2));
        await road.Runner.TendAsync(Stop);
        var turn = await road.Runner.WaitAsync(waiting.Id, Stop);
        Assert.Equal(TurnStatus.Interrupted, turn.Status);
        Assert.StartsWith("tool: [result outcome_unknown", (await NextAsync(road, turn))[2], StringComparison.Ordinal);
        Assert.EndsWith("[result Rome]", road.Model.Last.Transcript[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_sent_again_in_the_order_of_the_calls_whichever_tool_was_done_first()
    {
        TaskCompletionSource[] done = [new(), new(), new()];
        await using var road = new Road(builder => builder.AddTool(async (int place) =>
        {
            if (place < 2)
            {
                await done[place + 1].Task.WaitAsync(TimeSpan.FromSeconds(10));
                await Task.Delay(50); // until its result is told
            }
            done[place].SetResult();
            return place;
        }, "step"));
        road.Model.CallsAll([.. Enumerable.Range(0, 3).Select(place => new FunctionCallContent($"call_{place}", "step", new Dictionary<string, object?> { ["place"] = place }))]);
        var turn = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["step"] });
        Assert.Equal(["call_2", "call_1", "call_0"], (await road.EventsAsync(turn.Id)).OfType<ToolResult>().Select(result => result.CallId));
        var sent = road.Model.Last.Transcript;
        Assert.Equal("tool: [result 0] [result 1] [result 2]", sent[^1]);
        Assert.Equal(sent, (await NextAsync(road, turn)).Take(sent.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_tools_did_is_told_though_the_turn_failed_behind_them(bool didRun)
    {
        await using var road = new Road(builder => builder.AddTool(() => "Booked 4711", "book"));
        if (didRun) road.Model.Calls("book");
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        var turn = await road.RunAsync(new TurnRequest { Content = "Book it", Tools = ["book"] });
        Assert.Equal(TurnStatus.Failed, turn.Status);
        Assert.Equal(didRun ? ["user: Book it", "assistant: [call book]", "tool: [result Booked 4711]", "user: And?"] : ["user: And?"], await NextAsync(road, turn));
    }
}
