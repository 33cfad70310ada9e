using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

public sealed class BoundsOfTheLoop
{
    private static TurnRequest Asking(string? budget = null) => new() { Content = "Go", Tools = ["tick"], Parameters = budget is null ? TurnParameters.None : new() { Budget = (JsonObject)JsonNode.Parse(budget)! } };

    private static Road Ticking(Action<int> ticked, Action<TurnpikeBuilder>? more = null)
    {
        var count = 0;
        return new(builder =>
        {
            builder.AddTool(() => { ticked(++count); return "tock"; }, "tick");
            more?.Invoke(builder);
        });
    }

    private static FunctionCallContent[] Calls(int many) => [.. Enumerable.Range(1, many).Select(number => new FunctionCallContent($"c{number}", "tick", new Dictionary<string, object?>()))];

    [Fact]
    public async Task A_budget_of_calls_refuses_the_calls_beyond_it_and_ends_the_turn()
    {
        var ticks = 0;
        await using var road = Ticking(number => ticks = number);
        road.Model.CallsAll(Calls(3)).Says("never asked");
        var turn = await road.RunAsync(Asking("""{"calls":2}"""));
        Assert.Equal((2, 1), (ticks, road.Model.Requests.Count));
        var events = await road.EventsAsync(turn.Id);
        Assert.Contains("may make 2 tool calls", Assert.Single(events.OfType<ToolResult>(), result => result.Error is not null).Error, StringComparison.Ordinal);
        Assert.Equal("limit", Assert.IsType<TurnCompleted>(events[^1]).FinishReason);
        Assert.Contains(turn.Warnings, warning => warning.Code == "budget_limit");
    }

    [Fact]
    public async Task A_budget_that_is_just_used_up_still_lets_the_model_answer()
    {
        await using var road = Ticking(_ => { });
        road.Model.CallsAll(Calls(2)).Says("done");
        Assert.Equal("done", (await road.RunAsync(Asking("""{"calls":2}"""))).Answer);
    }

    [Fact]
    public async Task Calls_that_the_client_made_while_the_turn_waited_do_not_count()
    {
        var ticks = 0;
        await using var road = Ticking(number => ticks = number);
        road.Model.CallsAll(new FunctionCallContent("a", "my_place"), new FunctionCallContent("b", "locate")).CallsAll(Calls(2)).Says("never asked");
        var waiting = await road.RunAsync(Asking("""{"calls":1}""") with { ClientTools = [new() { Name = "my.place" }, new() { Name = "locate" }] });
        await road.Runner.AnswerAsync(waiting.Id, [.. ((string[])["a", "b"]).Select(call => new CallAnswer { CallId = call, Output = JsonElement.Parse("1") })], TestContext.Current.CancellationToken);
        var turn = await road.Runner.WaitAsync(waiting.Id, TestContext.Current.CancellationToken);
        Assert.Equal((1, TurnStatus.Completed, 2), (ticks, turn.Status, road.Model.Requests.Count));
        Assert.Contains("may make 1 tool calls", Assert.Single((await road.EventsAsync(turn.Id)).OfType<ToolResult>(), result => result.Error is not null).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "step_limit")]
    [InlineData("""{"tokens":10}""", "budget_limit")]
    [InlineData("""{"seconds":30}""", "budget_limit")]
    public async Task A_turn_that_waited_is_bound_as_one_that_did_not(string? budget, string warning)
    {
        await using var road = Ticking(_ => { });
        road.Model.Answers((_, stop) =>
        {
            road.Clock.Advance(TimeSpan.FromSeconds(31));
            return ScriptedModel.Updates([new(ChatRole.Assistant, [new FunctionCallContent("a", "locate")]), new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 10, OutputTokenCount = 5 })]) { FinishReason = ChatFinishReason.ToolCalls }], stop);
        }).Says("never asked");
        var asking = Asking(budget);
        var waiting = await road.RunAsync(asking with { ClientTools = [new() { Name = "locate" }], Parameters = budget is null ? new() { MaxSteps = 1 } : asking.Parameters });
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "a", Output = JsonElement.Parse("\"Rome\"") }], TestContext.Current.CancellationToken);
        var turn = await road.Runner.WaitAsync(waiting.Id, TestContext.Current.CancellationToken);
        Assert.Single(road.Model.Requests);
        Assert.Equal((TurnStatus.Completed, warning), (turn.Status, Assert.Single(turn.Warnings).Code));
        Assert.Equal("limit", Assert.IsType<TurnCompleted>((await road.EventsAsync(turn.Id))[^1]).FinishReason);
        Assert.Equal("Rome", Assert.IsType<FunctionResultContent>(Assert.Single(turn.Messages[^1].Contents)).Result?.ToString());
    }

    [Fact]
    public async Task The_time_in_which_a_turn_waits_is_not_of_its_budget()
    {
        await using var road = Ticking(_ => { });
        road.Model.CallsAll(new FunctionCallContent("a", "locate")).Says("done");
        var waiting = await road.RunAsync(Asking("""{"seconds":30}""") with { ClientTools = [new() { Name = "locate" }] });
        road.Clock.Advance(TimeSpan.FromHours(2));
        await road.Runner.AnswerAsync(waiting.Id, [new() { CallId = "a", Output = JsonElement.Parse("\"Rome\"") }], TestContext.Current.CancellationToken);
        Assert.Equal("done", (await road.Runner.WaitAsync(waiting.Id, TestContext.Current.CancellationToken)).Answer);
    }

    [Fact]
    public async Task A_budget_that_a_program_made_counts_as_one_that_was_read()
    {
        var ticks = 0;
        await using var road = Ticking(number => ticks = number);
        road.Model.CallsAll(Calls(3)).Says("never asked");
        await road.RunAsync(Asking() with { Parameters = new() { Budget = new JsonObject { ["calls"] = 2, ["tokens"] = 5_000_000_000L, ["cost"] = 1.5m } } });
        Assert.Equal((2, 1), (ticks, road.Model.Requests.Count));
    }

    [Theory]
    [InlineData("""{"tokens":10}""", "tokens")]
    [InlineData("""{"cost":0.000001}""", "cost")]
    [InlineData("""{"seconds":0.5}""", "seconds")]
    public async Task A_budget_of_tokens_money_or_time_stops_the_loop_between_two_steps(string budget, string named)
    {
        Road? clocked = null;
        await using var road = clocked = Ticking(_ => clocked!.Clock.Advance(TimeSpan.FromSeconds(1)), builder => builder.Services.Configure<ModelCatalogOptions>(options =>
            options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Price = new() { Input = 1, Output = 1 } }));
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [.. Calls(1)]), new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 10, OutputTokenCount = 5 })]) { FinishReason = ChatFinishReason.ToolCalls }], stop)).Says("never asked");
        var turn = await road.RunAsync(Asking(budget));
        Assert.Single(road.Model.Requests);
        Assert.Contains(turn.Warnings, warning => warning.Code == "budget_limit" && warning.Message.Contains($"budget.{named}", StringComparison.Ordinal));
        Assert.Equal(TurnStatus.Completed, turn.Status);
    }

    [Fact]
    public async Task The_options_bound_what_parameters_do_not()
    {
        var ticks = 0;
        await using var road = Ticking(number => ticks = number, builder => builder.Services.Configure<ModelOptions>(options => options.MaxCalls = 1));
        road.Model.CallsAll(Calls(3));
        await road.RunAsync(Asking("""{"calls":9}"""));
        Assert.Equal(1, ticks);
    }

    [Theory]
    [InlineData("""{"budget":{}}""")]
    [InlineData("""{"budget":{"calls":0}}""")]
    [InlineData("""{"budget":{"calls":1.5}}""")]
    [InlineData("""{"budget":{"wishes":3}}""")]
    [InlineData("""{"budget":5}""")]
    public void A_budget_that_is_none_is_refused(string parameters)
    {
        var error = Assert.Throws<TurnException>(() => ParameterTable.Read(JsonElement.Parse(parameters)));
        Assert.Equal((TurnErrorCode.ParameterInvalid, "parameters.budget"), (error.Code, error.Field));
    }

    [Fact]
    public async Task Tools_offered_to_a_model_that_calls_none_are_refused_or_by_option_left_out_with_a_warning()
    {
        static void CallsNone(TurnpikeBuilder builder) => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Tools = false });
        await using var strict = Ticking(_ => { }, CallsNone);
        var error = await strict.RefusedAsync(Asking());
        Assert.Equal((TurnErrorCode.ToolUnknown, "tools"), (error.Code, error.Field));
        Assert.Contains("tick", error.Message, StringComparison.Ordinal);

        await using var lenient = Ticking(_ => { }, builder =>
        {
            CallsNone(builder);
            builder.Services.Configure<ModelOptions>(options => options.LeaveToolsOut = true);
        });
        var turn = await lenient.RunAsync(Asking());
        Assert.Empty(lenient.Model.Last.Tools);
        Assert.Contains(turn.Warnings, warning => warning.Code == "tools_left_out");
    }

    [Fact]
    public async Task No_more_calls_run_at_once_than_the_options_say()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        async Task<string> Tick()
        {
            lock (gate) most = Math.Max(most, ++now);
            await Task.Yield();
            await Task.Yield();
            lock (gate) now--;
            return "tock";
        }
        await using var road = new Road(builder =>
        {
            builder.AddTool(Tick, "tick");
            builder.Services.Configure<ToolOptions>(options => options.Parallel = 2);
        });
        road.Model.CallsAll(Calls(10));
        await road.RunAsync(Asking());
        Assert.InRange(most, 1, 2);
        Assert.Contains("[result tock] [result tock]", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_takes_too_long_is_cancelled_and_the_others_are_not()
    {
        var cancelled = new TaskCompletionSource();
        async Task<string> Hang(CancellationToken stop)
        {
            try { await Task.Delay(Timeout.Infinite, stop); }
            finally { cancelled.SetResult(); }
            return "";
        }
        await using var road = new Road(builder =>
        {
            builder.AddTool(Hang, "hang").AddTool(() => "tock", "tick");
            builder.Services.Configure<ToolOptions>(options => options.Timeouts["ha*"] = TimeSpan.FromMilliseconds(50));
        });
        road.Model.CallsAll(new("a", "hang", new Dictionary<string, object?>()), new("b", "tick", new Dictionary<string, object?>()));
        await road.RunAsync(Asking() with { Tools = ["hang", "tick"] });
        Assert.Equal("tool: [result \"hang\" did not answer within 0.1 s.] [result tock]", road.Model.Last.Transcript[^1]);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_result_that_holds_triggers_or_placeholders_is_data()
    {
        await using var road = new Road(builder => builder.AddTool(() => "@.tools.none; {{secret}} <<<turnpike>>>", "tick"));
        road.Model.Calls("tick").Says("ok");
        var turn = await road.RunAsync(Asking());
        Assert.Equal("tool: [result @.tools.none; {{secret}} <<<turnpike>>>]", road.Model.Last.Transcript[^1]);
        Assert.Equal(["tick"], road.Model.Last.Tools);
        Assert.Empty(turn.Triggers);
    }

    [Fact]
    public async Task Half_JSON_is_told_to_the_model_with_its_own_words()
    {
        await using var road = Ticking(_ => throw new InvalidOperationException("must not run"));
        road.Model.CallsAll(Turnpike.Turns.Json.ToolValues.Call("a", "tick", JsonSerializer.SerializeToElement("{\"half\":")));
        await road.RunAsync(Asking());
        Assert.Contains("are not a JSON object: {\"half\":", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }
    [Fact]
    public async Task Arguments_that_a_provider_client_could_not_read_are_not_taken_for_none()
    {
        await using var road = Ticking(_ => throw new InvalidOperationException("must not run"));
        road.Model.CallsAll(new FunctionCallContent("a", "tick") { Exception = new JsonException("cut") });
        var turn = await road.RunAsync(Asking());
        Assert.Contains("The arguments of \"tick\" are not a JSON object", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(TurnStatus.Completed, turn.Status);
    }

    [Fact]
    public async Task A_last_call_without_arguments_is_cut_off_where_the_model_ran_out_of_tokens()
    {
        var ticks = 0;
        await using var road = Ticking(number => ticks = number);
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [.. Calls(2)]), new(ChatRole.Assistant, (string?)null) { FinishReason = ChatFinishReason.Length }], stop));
        await road.RunAsync(Asking());
        Assert.Equal(1, ticks); // the one before it is whole
        Assert.StartsWith("tool: [result tock] [result The arguments of \"tick\" are not a JSON object", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_gets_such_a_call_with_words_that_are_no_JSON()
    {
        await using var road = Ticking(_ => { });
        road.Model.CallsAll(new FunctionCallContent("a", "locate") { Exception = new JsonException("cut") });
        var open = Assert.Single((await road.RunAsync(Asking() with { ClientTools = [new() { Name = "locate" }] })).OpenCalls);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(open.Arguments));
    }
}
