using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

public sealed class ToolLoop
{
    private static void Weather(TurnpikeBuilder builder) => builder.AddTool((string city) => $"Rain in {city}", "weather", "Tells the weather.");

    [Fact]
    public async Task A_called_tool_is_answered_and_the_model_goes_on()
    {
        await using var road = new Road(Weather);
        road.Model.Calls("weather", new() { ["city"] = "Oslo" }).Says("Take an umbrella.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Rain?", Tools = ["weather"] });

        Assert.Equal(["user: Rain?", "assistant: [call weather]", "tool: [result Rain in Oslo]"], road.Model.Last.Transcript);
        Assert.Equal("Take an umbrella.", turn.Answer);
        Assert.Equal(["user", "assistant", "tool", "assistant"], turn.Messages.Select(message => message.Role.Value));
        Assert.Equal(["turn.started", "step.started", "usage", "tool.call", "tool.result", "step.completed", "step.started", "text.delta", "usage", "step.completed", "turn.completed"], (await road.EventsAsync(turn.Id)).Select(happened => happened.Type));
    }

    [Theory]
    [InlineData("request", "wether*", "No tool fits \"wether*\" (asked for by request). The turn goes on without.")]
    [InlineData("prompt", "wether*", "No tool fits \"wether*\" (asked for by prompt). The turn goes on without.")]
    [InlineData("prompt", "weath*", null)]
    [InlineData("request", "*", null)]
    public async Task A_glob_that_fits_nothing_is_told_and_the_turn_goes_on(string layer, string glob, string? warning)
    {
        await using var road = new Road(glob == "*" ? null : Weather);
        var turn = await road.RunAsync(new TurnRequest
        {
            Content = "Rain?",
            Tools = layer == "request" ? [glob] : [],
            Prompt = layer == "prompt" ? new() { Inline = new() { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }], Tools = [glob] } } : null,
        });
        Assert.Equal(warning is null ? [] : [("tool_not_found", warning)], turn.Warnings.Select(one => (one.Code, one.Message)));
        Assert.Equal(TurnStatus.Completed, turn.Status);
    }

    [Fact]
    public async Task A_tool_that_throws_is_told_to_the_model_and_the_turn_goes_on()
    {
        await using var road = new Road(builder => builder.AddTool(string () => throw new InvalidOperationException("no wind"), "sail"));
        road.Model.Calls("sail").Says("Then we row.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["sail"] });
        Assert.Equal("tool: [result \"sail\" failed: no wind]", road.Model.Last.Transcript[^1]);
        Assert.Equal(TurnStatus.Completed, turn.Status);
    }

    [Theory]
    [InlineData("research", "slow", true)]
    [InlineData("????", "sl*", true)]
    [InlineData("sl*", "????", false)]
    [InlineData("sl*", "research", true)]
    public async Task The_most_exact_name_says_how_long_a_tool_may_take(string first, string second, bool secondCounts)
    {
        var (brief, long_) = (TimeSpan.FromMilliseconds(40), TimeSpan.FromMinutes(5));
        await using var road = new Road(builder =>
        {
            builder.Services.Configure<ToolGroupOptions>(options => options.Groups["research"] = ["slow"]);
            builder.Services.Configure<ToolOptions>(options => (options.Timeouts[first], options.Timeouts[second]) = secondCounts ? (long_, brief) : (brief, long_));
            builder.AddTool(async (CancellationToken stop) => await Task.Delay(System.Threading.Timeout.Infinite, stop), "slow");
        });
        road.Model.Calls("slow").Says("So be it.");
        await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["slow"] });
        Assert.Equal("tool: [result \"slow\" did not answer within 0 s.]", road.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Calls_of_one_step_run_side_by_side_and_are_answered_in_their_order()
    {
        var both = new TaskCompletionSource();
        var count = 0;
        async Task<string> Meet(string name)
        {
            if (Interlocked.Increment(ref count) == 2) both.SetResult();
            await both.Task.WaitAsync(TimeSpan.FromSeconds(10));
            return name;
        }
        await using var road = new Road(builder => builder.AddTool(Meet, "meet"));
        road.Model.CallsAll(new FunctionCallContent("a", "meet", new Dictionary<string, object?> { ["name"] = "first" }), new FunctionCallContent("b", "meet", new Dictionary<string, object?> { ["name"] = "second" }));
        await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["meet"] });
        Assert.Equal("tool: [result first] [result second]", road.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task A_model_that_calls_for_ever_is_stopped_after_max_steps_with_a_warning()
    {
        await using var road = new Road(Weather);
        for (var i = 0; i < 5; i++) road.Model.Calls("weather", new() { ["city"] = "Oslo" });
        var turn = await road.RunAsync(new TurnRequest { Content = "Rain?", Tools = ["weather"], Parameters = new() { MaxSteps = 3 } });
        Assert.Equal(3, road.Model.Requests.Count);
        Assert.Equal(TurnStatus.Completed, turn.Status);
        Assert.Contains(turn.Warnings, warning => warning.Code == "step_limit");
        Assert.Equal("limit", Assert.IsType<TurnCompleted>((await road.EventsAsync(turn.Id))[^1]).FinishReason);
    }

    [Fact]
    public async Task Repeated_call_ids_are_made_unique_in_the_turn()
    {
        await using var road = new Road(Weather);
        road.Model.Calls("weather", new() { ["city"] = "Oslo" }).Calls("weather", new() { ["city"] = "Rome" });
        var turn = await road.RunAsync(new TurnRequest { Content = "Rain?", Tools = ["weather"] });
        Assert.Equal(["call_1", "call_1_2"], (await road.EventsAsync(turn.Id)).OfType<ToolCall>().Select(call => call.CallId));
    }

    [Fact]
    public async Task A_call_of_a_tool_that_was_not_offered_is_told_to_the_model()
    {
        await using var road = new Road(Weather);
        road.Model.Calls("whether").Says("Sorry.");
        await road.RunAsync(new TurnRequest { Content = "Rain?", Tools = ["weather"] });
        Assert.Contains("There is no tool \"whether\". Did you mean \"weather\"?", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_tool_is_refused_with_the_nearest_name_and_nothing_is_sent()
    {
        await using var road = new Road(Weather);
        var error = await road.RefusedAsync(new TurnRequest { Content = "Rain?", Tools = ["wether"] });
        Assert.Equal(TurnErrorCode.ToolUnknown, error.Code);
        Assert.Contains("\"weather\"", error.Message, StringComparison.Ordinal);
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task A_required_tool_is_required_in_the_first_step_only()
    {
        await using var road = new Road(Weather);
        road.Model.Calls("weather", new() { ["city"] = "Oslo" }).Says("Done.");
        await road.RunAsync(new TurnRequest { Content = "Rain?", Tools = ["weather"], Parameters = new() { ToolChoice = "weather" } });
        Assert.Equal("weather", Assert.IsType<RequiredChatToolMode>(road.Model.Requests[0].Options.ToolMode).RequiredFunctionName);
        Assert.Same(ChatToolMode.Auto, road.Model.Requests[1].Options.ToolMode);
    }

    [Fact]
    public async Task The_built_in_clock_is_offered_only_when_it_is_chosen_and_tells_the_time_of_a_zone()
    {
        await using var road = new Road();
        road.Model.Calls("current_time", new() { ["timezone"] = "Asia/Tokyo" });
        await road.RunAsync("@.tools.activate current_time; What time is it?");
        Assert.Equal("tool: [result Wednesday, 2026-03-04 14:06:07 +09:00]", road.Model.Last.Transcript[^1]);
        await road.RunAsync("Hello");
        Assert.Empty(road.Model.Last.Tools);
    }

    [Fact]
    public async Task A_call_that_still_runs_when_the_turn_was_ended_by_others_is_cancelled()
    {
        var cancelled = new TaskCompletionSource();
        await using var road = new Road(builder => builder.AddTool(() => "quick", "quick").AddTool(async (CancellationToken stop) =>
        {
            using var heard = stop.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, stop);
        }, "slow").Services.AddSingleton(services => Watched<ITurnLog>.Of(services.GetRequiredService<InMemoryStores>().Log, (name, given, pass) => given[0] is ToolResult result ? EndAsync(services, result.Turn, pass) : pass())));
        road.Model.CallsAll(new("call_1", "slow", new Dictionary<string, object?>()), new("call_2", "quick", new Dictionary<string, object?>()));
        var turn = await road.RunAsync(new TurnRequest { Content = "Both", Tools = ["quick", "slow"] });
        Assert.Equal(TurnStatus.Interrupted, turn.Status);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        static async Task EndAsync(IServiceProvider services, string turn, Func<object?> pass)
        {
            await services.GetRequiredService<InMemoryStores>().Turns.InterruptAsync(turn, DateTimeOffset.MaxValue, null, _ => null, DateTimeOffset.UnixEpoch, CancellationToken.None);
            await (Task)pass()!;
        }
    }
}
