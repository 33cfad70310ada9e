using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>What becomes of the results that a turn brings to calls of the turn before it, when it does not live to have an answer.</summary>
public sealed class HandedOverCalls
{
    private readonly TaskCompletionSource _entered = new();
    private int _booked;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Road Booking(bool hangs = false, bool idempotent = false) => new(builder =>
    {
        builder.AddTool(AIFunctionFactory.Create(async (string city, CancellationToken stop) =>
        {
            _booked++;
            _entered.TrySetResult();
            if (hangs && _booked == 1) await Task.Delay(Timeout.Infinite, stop);
            return "Booked " + city;
        }, new AIFunctionFactoryOptions { Name = "book", AdditionalProperties = new Dictionary<string, object?> { [KnownTool.IdempotentKey] = idempotent } }));
        builder.Services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    });

    private static async Task<TurnRequest> AskedAsync(Road road)
    {
        road.Model.CallsAll(new FunctionCallContent("a", "book", new Dictionary<string, object?> { ["city"] = "Oslo" }), new FunctionCallContent("b", "locate"));
        var first = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"], ClientTools = [new() { Name = "locate" }], OnWait = OnWait.HandOver });
        CallAnswer[] answers = [new() { CallId = "a", Approved = true }, new() { CallId = "b", Output = JsonElement.Parse("\"Rome\"") }];
        return new() { Conversation = first.Conversation, Parent = first.Id, Answers = answers, Tools = ["book"], OnWait = OnWait.HandOver };
    }

    [Theory]
    [InlineData("And now?", "user: And now?")]
    [InlineData("", null)]
    public async Task A_turn_that_fails_leaves_them_to_the_next(string typed, string? sent)
    {
        await using var road = Booking();
        var answering = await AskedAsync(road);
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        Assert.Equal(TurnStatus.Failed, (await road.RunAsync(answering)).Status);
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        await road.RunAsync(new TurnRequest { Conversation = answering.Conversation, Content = "Hello?" }); // nor do turns between them matter

        var turn = await road.RunAsync(new TurnRequest { Conversation = answering.Conversation, Content = typed });
        Assert.Equal([.. (string[])["user: Go", "assistant: [call book] [call locate]", "tool: [result Booked Oslo] [result Rome]"], .. sent is null ? [] : (string[])[sent]], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Conversation = answering.Conversation, Parent = turn.Id, Content = "More" });
        Assert.Equal("tool: [result Booked Oslo] [result Rome]", road.Model.Last.Transcript[2]);
        Assert.Equal(1, _booked);
    }

    [Fact]
    public async Task Of_a_call_that_ran_when_its_turn_was_cut_off_the_model_hears_that_nobody_knows()
    {
        await using var road = Booking(hangs: true);
        var started = await road.Runner.StartAsync(await AskedAsync(road), Stop);
        await _entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        await road.Runner.CancelAsync(started.Turn.Id, Stop);
        Assert.Equal(TurnStatus.Cancelled, (await road.Runner.WaitAsync(started.Turn.Id, Stop)).Status);
        await road.RunAsync(new TurnRequest { Conversation = started.Turn.Conversation, Content = "And now?" });
        Assert.StartsWith("tool: [result outcome_unknown", road.Model.Last.Transcript[2], StringComparison.Ordinal);
        Assert.EndsWith("[result Rome]", road.Model.Last.Transcript[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 2, "tool: [result Booked Oslo] [result Rome]")]
    [InlineData(false, 1, "tool: [result outcome_unknown: the program stopped while the call ran. It may have happened or not; find out before you call it again.] [result Rome]")]
    public async Task When_the_answers_of_a_call_that_was_cut_off_are_brought_again_only_a_tool_that_may_be_called_twice_is(bool idempotent, int booked, string sent)
    {
        await using var road = Booking(hangs: true, idempotent);
        var answering = await AskedAsync(road);
        var started = await road.Runner.StartAsync(answering, Stop);
        await _entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        await road.Runner.CancelAsync(started.Turn.Id, Stop);
        await road.Runner.WaitAsync(started.Turn.Id, Stop);
        await road.RunAsync(answering);
        Assert.Equal(sent, road.Model.Last.Transcript[2]);
        Assert.Equal(booked, _booked);
    }

    [Fact]
    public async Task Calls_that_nobody_answered_are_told_as_such()
    {
        await using var road = Booking();
        var unanswered = await AskedAsync(road);
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        await road.RunAsync(new TurnRequest { Conversation = unanswered.Conversation, Content = "Never mind" });
        await road.RunAsync(new TurnRequest { Conversation = unanswered.Conversation, Content = "Hello?" });
        Assert.Equal("tool: [result No result: the call was never answered.] [result No result: the call was never answered.]", road.Model.Last.Transcript[2]);
        Assert.Equal(0, _booked);
    }
}
