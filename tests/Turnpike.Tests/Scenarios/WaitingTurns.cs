using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Tool calls that wait for somebody outside: approvals and tools of the client.</summary>
public sealed class WaitingTurns
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private int _booked;

    private Road Booking(Action<TurnpikeBuilder>? more = null) => new(builder =>
    {
        builder.AddTool((string city) => $"Booked {city} ({Interlocked.Increment(ref _booked)})", "book");
        builder.AddTool(() => "sunny", "weather");
        builder.Services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        more?.Invoke(builder);
    });

    private static readonly ClientTool Locate = new() { Name = "locate", Description = "Where the user is", Schema = JsonElement.Parse("""{"type":"object","properties":{"exact":{"type":"boolean"}}}""") };

    private static async Task<Turn> EndAsync(Road road, string turn)
    {
        await road.EventsAsync(turn);
        return await road.Runner.WaitAsync(turn, Stop);
    }

    [Fact]
    public async Task A_call_that_needs_an_approval_waits_and_runs_once_it_is_approved()
    {
        await using var road = Booking();
        road.Model.CallsAll(new FunctionCallContent("a", "book", new Dictionary<string, object?> { ["city"] = "Oslo" }), new FunctionCallContent("b", "weather")).Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["*"] });

        Assert.Equal(TurnStatus.Waiting, waiting.Status);
        Assert.Equal(0, _booked);
        var open = Assert.Single(waiting.OpenCalls);
        Assert.Equal(("a", "book", """{"city":"Oslo"}""", "approval"), (open.CallId, open.Name, open.Arguments, open.Kind));

        var answered = await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "a", Approved = true }], Stop);
        var turn = await EndAsync(road, waiting.Id);
        Assert.Equal((TurnStatus.Completed, "Done.", 1), (turn.Status, turn.Answer, _booked));
        Assert.Equal("tool: [result Booked Oslo (1)] [result sunny]", road.Model.Last.Transcript[^1]);
        Assert.Empty(answered.OpenCalls);
        Assert.Equal(["user", "assistant", "tool", "assistant"], turn.Messages.Select(message => message.Role.Value));
        Assert.Equal(
            ["turn.started", "step.started", "usage", "tool.call", "tool.call", "tool.approval", "tool.result", "step.completed", "tool.result", "step.started", "text.delta", "usage", "step.completed", "turn.completed"],
            (await road.EventsAsync(turn.Id)).Select(happened => happened.Type));
        Assert.Equal(["a"], (await road.EventsAsync(turn.Id)).OfType<StepCompleted>().First().Waiting);
        Assert.Equal(2, turn.Attempts.Count);
    }

    [Fact]
    public async Task Each_call_of_a_turn_waits_as_long_as_its_request_says()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" }, "a").Calls("book", new() { ["city"] = "Rome" }, "b").Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"], AnswerWithin = TimeSpan.FromMinutes(10) });
        Assert.Equal(road.Clock.GetUtcNow().AddMinutes(10), Assert.Single(waiting.OpenCalls).ExpiresAt);
        road.Clock.Advance(TimeSpan.FromMinutes(3));
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "a", Approved = true }], Stop);
        var again = await road.Runner.WaitAsync(waiting.Id, Stop);
        Assert.Equal((TurnStatus.Waiting, "b", road.Clock.GetUtcNow().AddMinutes(10)), (again.Status, Assert.Single(again.OpenCalls).CallId, again.OpenCalls[0].ExpiresAt));
    }

    [Fact]
    public async Task A_refused_call_is_told_to_the_model_with_the_reason_and_never_runs()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("As you wish.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = false, Reason = "too dear" }], Stop);
        await EndAsync(road, waiting.Id);
        Assert.Contains("not allowed: too dear. Do not", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(0, _booked);
        Assert.True((await road.EventsAsync(waiting.Id)).OfType<ToolResult>().Single().Denied);
    }

    [Fact]
    public async Task The_same_answer_twice_changes_nothing_and_another_one_is_a_conflict()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = true }], Stop);
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = true }], Stop);
        await EndAsync(road, waiting.Id);
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = true }], Stop);
        var error = await Assert.ThrowsAsync<TurnException>(() => road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = false }], Stop));
        Assert.Equal(TurnErrorCode.IdempotencyConflict, error.Code);
        Assert.Equal(1, _booked);
    }

    [Fact]
    public async Task An_answer_to_a_call_that_is_not_there_names_the_nearest_and_one_of_the_wrong_kind_says_what_is_needed()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" });
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        var unknown = await Assert.ThrowsAsync<TurnException>(() => road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_2", Approved = true }], Stop));
        Assert.Equal((TurnErrorCode.RequestInvalid, "tool_call_unknown"), (unknown.Code, unknown.Narrower));
        Assert.Contains("\"call_1\"", unknown.Message, StringComparison.Ordinal);
        var kind = await Assert.ThrowsAsync<TurnException>(() => road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Output = JsonElement.Parse("1") }], Stop));
        Assert.Contains("\"approved\"", kind.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_nobody_answers_in_time_counts_as_refused_and_the_turn_goes_on()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Too late.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        road.Clock.Advance(TimeSpan.FromHours(25));
        await road.Runner.TendAsync(Stop);
        var turn = await EndAsync(road, waiting.Id);
        Assert.Equal((TurnStatus.Completed, "Too late."), (turn.Status, turn.Answer));
        Assert.Contains("Nobody answered in time", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        var late = await Assert.ThrowsAsync<TurnException>(() => road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = true }], Stop));
        Assert.Equal(TurnErrorCode.IdempotencyConflict, late.Code);
        Assert.Equal(0, _booked);
    }

    [Fact]
    public async Task A_waiting_turn_can_be_cancelled_and_its_conversation_is_busy_until_then()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" });
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        Assert.Equal(TurnErrorCode.ConversationBusy, (await road.RefusedAsync(new TurnRequest { Content = "And?", Conversation = waiting.Conversation })).Code);
        await road.Runner.CancelAsync(waiting.Id, Stop);
        var turn = await road.Runner.WaitAsync(waiting.Id, Stop);
        Assert.Equal(TurnStatus.Cancelled, turn.Status);
        Assert.Empty(turn.OpenCalls);
        Assert.Equal(TurnErrorCode.IdempotencyConflict, (await Assert.ThrowsAsync<TurnException>(() => road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Approved = true }], Stop))).Code);
        road.Model.Says("Fine.");
        Assert.Equal("Fine.", (await road.RunAsync(new TurnRequest { Content = "And?", Conversation = waiting.Conversation })).Answer);
        Assert.Contains("No result: the turn ended", string.Join('\n', road.Model.Last.Transcript), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_of_the_client_are_offered_and_their_results_are_waited_for()
    {
        await using var road = Booking();
        road.Model.Calls("locate", new() { ["exact"] = true }).Says("You are in Rome.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Where am I?", ClientTools = [Locate] });
        Assert.Equal(["locate"], road.Model.Requests[0].Tools);
        Assert.Equal((TurnStatus.Waiting, "client"), (waiting.Status, Assert.Single(waiting.OpenCalls).Kind));
        Assert.Equal("client", (await road.Get<ITurnLog>().ReadAsync(waiting.Id, 0, 100, Stop)).OfType<ToolCall>().Single().Execution);
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Output = JsonElement.Parse("""{"city":"Rome"}""") }], Stop);
        var turn = await EndAsync(road, waiting.Id);
        Assert.Equal("You are in Rome.", turn.Answer);
        Assert.Equal("""tool: [result {"city":"Rome"}]""", road.Model.Last.Transcript[^1]);
        Assert.Equal("client", (await road.EventsAsync(turn.Id)).OfType<ToolResult>().Single().By);
    }

    [Fact]
    public async Task A_client_hears_of_its_tool_by_the_name_that_it_gave_it()
    {
        await using var road = Booking();
        road.Model.Calls("files_read").Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", ClientTools = [new() { Name = "files.read" }] });
        Assert.Equal(["files_read"], road.Model.Last.Tools);
        Assert.Equal("files.read", Assert.Single(waiting.OpenCalls).Name);
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "call_1", Output = JsonElement.Parse("\"text\"") }], Stop);
        Assert.Equal("Done.", (await EndAsync(road, waiting.Id)).Answer);
        Assert.Equal("tool: [result text]", road.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Answers_that_come_one_by_one_are_kept_until_the_last_is_there()
    {
        await using var road = Booking();
        road.Model.CallsAll(new FunctionCallContent("a", "book", new Dictionary<string, object?> { ["city"] = "Oslo" }), new FunctionCallContent("b", "locate")).Says("Done.");
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"], ClientTools = [Locate] });
        var half = await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "b", Output = JsonElement.Parse("\"Rome\"") }], Stop);
        Assert.Equal((TurnStatus.Waiting, "a"), (half.Status, Assert.Single(half.OpenCalls).CallId));
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "a", Approved = true }], Stop);
        await EndAsync(road, waiting.Id);
        Assert.Equal("tool: [result Booked Oslo (1)] [result Rome]", road.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task A_turn_that_hands_over_ends_with_its_calls_open_and_the_next_brings_the_answers()
    {
        await using var road = Booking();
        road.Model.CallsAll(new FunctionCallContent("a", "book", new Dictionary<string, object?> { ["city"] = "Oslo" }), new FunctionCallContent("b", "locate")).Says("Done.").Says("Again.");
        var first = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"], ClientTools = [Locate], OnWait = OnWait.HandOver });
        Assert.Equal((TurnStatus.Completed, 2), (first.Status, first.OpenCalls.Count));
        Assert.Equal("toolCalls", Assert.IsType<TurnCompleted>((await road.EventsAsync(first.Id))[^1]).FinishReason);

        CallAnswer[] answers = [new() { CallId = "b", Output = JsonElement.Parse("\"Rome\"") }, new() { CallId = "a", Approved = true }];
        var next = new TurnRequest { Conversation = first.Conversation, Parent = first.Id, Answers = answers, Tools = ["book"], ClientTools = [Locate], OnWait = OnWait.HandOver };
        var second = await road.RunAsync(next);
        Assert.Equal(["user: Go", "assistant: [call book] [call locate]", "tool: [result Booked Oslo (1)] [result Rome]"], road.Model.Last.Transcript);
        Assert.Equal("Done.", second.Answer);

        var sibling = await road.RunAsync(next);
        Assert.Equal(("Again.", 1), (sibling.Answer, _booked));
        Assert.Equal("tool: [result Booked Oslo (1)] [result Rome]", road.Model.Last.Transcript[^1]);
        var conflict = await road.RefusedAsync(next with { Answers = [answers[0], new() { CallId = "a", Approved = false }] });
        Assert.Equal(TurnErrorCode.IdempotencyConflict, conflict.Code);

        road.Model.Says("Sure.");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Parent = sibling.Id, Content = "More" });
        Assert.Equal(["user: Go", "assistant: [call book] [call locate]", "tool: [result Booked Oslo (1)] [result Rome]", "assistant: Again.", "user: More"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Answers_must_name_all_open_calls_of_the_parent()
    {
        await using var road = Booking();
        road.Model.CallsAll(new FunctionCallContent("a", "locate"), new FunctionCallContent("b", "locate"));
        var first = await road.RunAsync(new TurnRequest { Content = "Go", ClientTools = [Locate], OnWait = OnWait.HandOver });
        var missing = await road.RefusedAsync(new TurnRequest { Conversation = first.Conversation, Answers = [new() { CallId = "a", Output = JsonElement.Parse("1") }] });
        Assert.Equal((TurnErrorCode.RequestInvalid, "tool_output_missing"), (missing.Code, missing.Narrower));
        Assert.Contains("b", missing.Message, StringComparison.Ordinal);
        var unknown = await road.RefusedAsync(new TurnRequest { Conversation = first.Conversation, Answers = [new() { CallId = "c", Output = JsonElement.Parse("1") }] });
        Assert.Equal("tool_call_unknown", unknown.Narrower);
    }

    [Fact]
    public async Task A_tool_of_the_client_takes_the_place_of_one_of_the_server_and_triggers_choose_among_both()
    {
        await using var road = Booking();
        road.Model.Calls("weather").Says("ok").Says("ok");
        var mine = new ClientTool { Name = "weather", Description = "mine" };
        var waiting = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["weather"], ClientTools = [mine] });
        Assert.Equal(TurnStatus.Waiting, waiting.Status);
        await road.RunAsync(new TurnRequest { Content = "@.tools.only locate; Go", Tools = ["book"], ClientTools = [Locate, mine] });
        Assert.Equal(["locate"], road.Model.Last.Tools);
        await road.RunAsync(new TurnRequest { Content = "@.tools.deactivate locate; Go", Tools = ["book"], ClientTools = [Locate, mine] });
        Assert.Equal(["book", "weather"], road.Model.Last.Tools);
    }

    [Fact]
    public async Task A_prompt_beats_the_options_a_denial_of_any_layer_counts_and_the_exact_name_beats_the_glob()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Done.");
        var allowed = await road.RunAsync(new TurnRequest { Prompt = new() { Inline = new Prompt { Approval = new Dictionary<string, ToolDecision> { ["*"] = ToolDecision.Ask, ["book"] = ToolDecision.Allow } } }, Content = "Go", Tools = ["book"] });
        Assert.Equal((TurnStatus.Completed, 1), (allowed.Status, _booked));

        await using var strict = Booking(builder => builder.Services.Configure<ToolOptions>(options => options.Approval["b*"] = ToolDecision.Deny));
        strict.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("No.");
        var denied = await strict.RunAsync(new TurnRequest { Prompt = new() { Inline = new Prompt { Approval = new Dictionary<string, ToolDecision> { ["b*"] = ToolDecision.Deny } } }, Content = "Go", Tools = ["book"] });
        Assert.Equal(TurnStatus.Completed, denied.Status);
        Assert.Contains("was not allowed", strict.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(1, _booked);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_the_call_is_refused_and_the_model_told_so()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Pity.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"], OnAsk = ToolDecision.Deny });
        Assert.Equal((TurnStatus.Completed, "Pity.", 0), (turn.Status, turn.Answer, _booked));
        Assert.Contains("nobody can be asked", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_that_do_not_fit_the_schema_are_told_to_the_model_before_anybody_is_asked()
    {
        await using var road = Booking();
        road.Model.Calls("book", new() { ["town"] = 3 }).Says("Sorry.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["book"] });
        Assert.Equal((TurnStatus.Completed, 0), (turn.Status, _booked));
        Assert.Contains("do not fit its schema", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }
}
