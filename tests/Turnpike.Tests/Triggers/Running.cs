using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Triggers;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Triggers;

public sealed class Running
{
    private static TriggerMethod Doing(string name, Action<TriggerInvocation> what) => Method(name, new TriggerArgument { Name = "text" }) with
    {
        Repeat = TriggerRepeat.Independent,
        Handler = async (invocation, _) =>
        {
            await Task.Yield();
            what(invocation);
        },
    };

    private static readonly Space Host = new("host",
        Doing("prepend", invocation => invocation.Draft.SetContent(invocation.Arguments.Text("text") + invocation.Draft.Content)),
        Doing("break", invocation =>
        {
            invocation.Draft.SetContent("broken");
            invocation.Draft.SetParameter("temperature", JsonSerializer.SerializeToElement(1.5));
            invocation.Draft.Warn("half", "Half done.");
            throw new InvalidOperationException("password=hunter2");
        }),
        Doing("later", invocation => invocation.After("Rings a bell.", _ => Task.CompletedTask)));

    private static Road NewRoad(TriggerPolicy policy = TriggerPolicy.Keep) => new(builder =>
    {
        builder.AddTriggers(Host).AddTool((string query) => "found", "webSearch", "Searches the web.");
        builder.Services.Configure<TriggerOptions>(options => options.Policy = policy);
    });

    [Theory]
    [InlineData("@.tols.activate webSearch; Hi", "trigger_unknown", "unknown", "Did you mean \"tools\"?")]
    [InlineData("@.params.temp 5; Hi", "trigger_invalid", "invalid", "temperature is a number from 0 to 2")]
    [InlineData("@.tools.activate webSerch; Hi", "trigger_invalid", "invalid", "There is no tool \"webSerch\". Did you mean \"webSearch\"?")]
    [InlineData("@.model.use nobody/x; Hi", "trigger_invalid", "invalid", "There is no model \"nobody/x\".")]
    [InlineData("@.prompt.use nothing; Hi", "trigger_invalid", "invalid", "There is no prompt \"nothing\".")]
    [InlineData("@.vars.set city=Paris; Hi", "trigger_invalid", "invalid", "this turn has no prompt")]
    [InlineData("@.resource.add notes.md; Hi", "trigger_invalid", "invalid", "There is no resource \"notes.md\".")]
    [InlineData("@.resource.drop notes.md; Hi", "trigger_invalid", "invalid", "There is no resource \"notes.md\".")]
    [InlineData("@.tools.activate webSearch Hi", "trigger_unterminated", "invalid", "Missing \";\"?")]
    [InlineData("@.host.break x; Hi", "trigger_failed", "failed", "it failed. The server's log says more.")]
    public async Task What_is_not_understood_stays_text_with_a_warning_and_the_turn_goes_on(string content, string code, string outcome, string message)
    {
        await using var road = NewRoad();
        var turn = await road.RunAsync(content);
        Assert.Equal(["user: " + content], road.Model.Last.Transcript);
        Assert.Null(road.Model.Last.Options.Temperature);
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal((code, "triggers"), (warning.Code, warning.Station));
        Assert.Contains(message, warning.Message);
        Assert.DoesNotContain("hunter2", warning.Message);
        Assert.Equal(outcome, string.Join(',', turn.Triggers.Select(trigger => trigger.Outcome)));
    }

    [Theory]
    [InlineData("Hi @.tols.activate webSearch;", TurnErrorCode.TriggerUnknown, 3, 29)]
    [InlineData("Hi @.params.temp 5;", TurnErrorCode.TriggerInvalid, 3, 19)]
    [InlineData("Hi @.params.temp 5", TurnErrorCode.TriggerInvalid, 3, 16)]
    [InlineData("Hi @.tools.activate webSerch;", TurnErrorCode.TriggerInvalid, 3, 29)]
    [InlineData("Hi @.host.break;", TurnErrorCode.TriggerInvalid, 3, 16)]
    public async Task Under_policy_reject_it_refuses_the_turn_with_the_span(string content, TurnErrorCode code, int start, int end)
    {
        await using var road = NewRoad(TriggerPolicy.Reject);
        var error = await road.RefusedAsync(new() { Content = content });
        Assert.Equal((code, new TextSpan(start, end)), (error.Code, error.Span));
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task Changes_of_the_text_stand_on_top_of_the_cleaned_text()
    {
        await using var road = NewRoad();
        await road.RunAsync("@.host.prepend \"Dear \"; Ada @.params.temp 1;");
        Assert.Equal(["user: Dear Ada"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_failure_behind_a_change_of_the_text_comes_back_under_that_change()
    {
        await using var road = NewRoad();
        var turn = await road.RunAsync("@.host.prepend \"Dear \"; Ada @.host.break; @.params.temp 1;");
        Assert.Equal(["user: Dear Ada @.host.break;"], road.Model.Last.Transcript);
        Assert.Equal(1f, road.Model.Last.Options.Temperature);
        Assert.Equal("trigger_failed", Assert.Single(turn.Warnings).Code);
    }

    [Fact]
    public async Task Of_two_scalars_the_last_counts_and_sets_unite_and_a_warning_says_so()
    {
        await using var road = new Road(builder => builder.AddTool(() => "", "a").AddTool(() => "", "b").AddTool(() => "", "c"));
        var turn = await road.RunAsync("@.params.temp 1; @.params.temp 0.5; @.tools.only a; @.tools.only b; @.params.stop x; @.params.stop y; Hi");
        Assert.Equal(0.5f, road.Model.Last.Options.Temperature);
        Assert.Equal(["a", "b"], road.Model.Last.Tools);
        Assert.Equal(["x", "y"], road.Model.Last.Options.StopSequences);
        Assert.Equal(
            ["\"@.params.temp\" stands 2 times; the last one counts.", "\"@.tools.only\" stands 2 times; they are taken together.", "\"@.params.stop\" stands 2 times; they are taken together."],
            turn.Warnings.Select(warning => warning.Message));
    }

    [Fact]
    public async Task Each_change_is_recorded_with_its_trigger_and_span()
    {
        await using var road = NewRoad();
        var prepared = await road.Get<TurnPipeline>().PrepareAsync(new() { Content = "Hi @.params.temp 0.5; @.tools.activate! webSearch;" }, TestContext.Current.CancellationToken);
        var changes = prepared.Draft.Trace.Stations().Single(station => station.Station == "triggers").Changes;
        Assert.Equal(
            [("content", "triggers", null), ("parameters.temperature", "trigger:@.params.temp", new TextSpan(3, 21)), ("tools", "trigger:@.tools.activate", new TextSpan(22, 50))],
            changes.Select(change => (change.Path, change.Source, change.Span)));
    }

    [Fact]
    public async Task Actions_are_given_back_and_not_run()
    {
        await using var road = NewRoad();
        var draft = new TurnDraft(new() { Content = "@.host.later; Hi" }, new() { Id = "conv_1" }, null, new() { Content = "@.host.later; Hi", Request = new() { Name = "request" }, Conversation = new() { Name = "conversation" }, Kept = new() { Name = "conversation" } }, new(road.Clock));
        var action = Assert.Single(await road.Get<TriggerProcessor>().ProcessAsync(draft, TestContext.Current.CancellationToken));
        Assert.Equal(("host.later", "Rings a bell."), (action.Trigger, action.Description));
    }

    [Fact]
    public async Task A_prompt_may_switch_triggers_off()
    {
        await using var road = NewRoad();
        await road.RunAsync(new TurnRequest { Prompt = new Prompt { Triggers = "off" }, Content = "@.params.temp 1; Hi" });
        Assert.Equal(["user: @.params.temp 1; Hi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Only_the_text_of_this_turn_is_read()
    {
        await using var road = NewRoad();
        const string bait = "@.params.temp 1; x";
        var prompt = new Prompt
        {
            Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = bait + " {{name}}" }] }, new() { Role = "user", Content = [new() { Type = "text", Text = bait }] }],
            Variables = [new() { Name = "name" }],
        };
        road.Model.Calls("webSearch", new() { ["query"] = bait }).Says(bait);
        var first = await road.RunAsync(new TurnRequest
        {
            Prompt = prompt,
            Content = "Hi",
            Variables = new Dictionary<string, JsonElement> { ["name"] = JsonSerializer.SerializeToElement(bait) },
            Resources = [new() { Kind = "text", Title = bait, Text = bait }],
            Tools = ["webSearch"],
        });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Again" });
        Assert.All(road.Model.Requests, request => Assert.Null(request.Options.Temperature));
        Assert.Empty(first.Triggers);
        Assert.Contains(bait, road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Other_marks_are_an_option()
    {
        await using var road = new Road(builder => builder.Services.Configure<TriggerOptions>(options => (options.Start, options.End) = ("/", "!!")));
        await road.RunAsync("/params.temp 1!! Hi @.params.temp 0;");
        Assert.Equal(1f, road.Model.Last.Options.Temperature);
        Assert.Equal(["user: Hi @.params.temp 0;"], road.Model.Last.Transcript);
        Assert.Throws<ArgumentException>(() => new TriggerOptions { Start = "go" });
        Assert.Throws<ArgumentException>(() => new TriggerOptions { Start = ";" }.Syntax);
    }

    [Fact]
    public async Task Sticky_settings_stay_with_the_conversation_until_they_are_reset()
    {
        await using var road = NewRoad();
        var first = await road.RunAsync("@.tools.activate! webSearch; @.params.temp! 0.3; Hi");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Again" });
        Assert.Equal(["webSearch"], road.Model.Last.Tools);
        Assert.Equal(0.3f, road.Model.Last.Options.Temperature);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "@.params.reset! temp; @.tools.deactivate! webSearch; Again" });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And again" });
        Assert.Empty(road.Model.Last.Tools);
        Assert.Null(road.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task A_turn_of_triggers_only_needs_content_from_elsewhere()
    {
        await using var road = NewRoad();
        Assert.Equal(TurnErrorCode.ContentMissing, (await road.RefusedAsync(new() { Content = "@.params.temp 1;" })).Code);
        await road.RunAsync(new TurnRequest { Content = "@.params.temp 1;", Resources = [new() { Kind = "text", Text = "Notes" }] });
        Assert.Equal(1f, road.Model.Last.Options.Temperature);
        await road.RunAsync(new TurnRequest { Content = "@.params.temp 0.5;", Prompt = new Prompt { Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Hi" }] }] } });
        Assert.Equal(0.5f, road.Model.Last.Options.Temperature);
    }
}
