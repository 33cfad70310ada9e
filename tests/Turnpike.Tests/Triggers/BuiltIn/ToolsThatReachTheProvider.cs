using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Conversations;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using static Turnpike.Tests.Triggers.BuiltIn.WhatReachesTheProvider;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary>The triggers of tools, by what the provider is sent.</summary>
public sealed class ToolsThatReachTheProvider
{
    [Theory]
    [InlineData("@.tools.activate webSearch; Hi", "webSearch")]
    [InlineData("@.tools.activate WEBSEARCH, calculator; Hi", "calculator,webSearch")]
    [InlineData("@.tools.activate *; Hi", "calculate,calculator,current_time,forecast,webSearch")]
    [InlineData("@.tools.activate f*\nHi", "forecast")]
    [InlineData("@.tools.activate *; @.tools.deactivate webSearch; Hi", "calculate,calculator,current_time,forecast")]
    [InlineData("@.tools.activate *; @.tools.deactivate calc*; Hi", "current_time,forecast,webSearch")]
    [InlineData("@.tools.activate *; @.tools.only forecast; Hi", "forecast")]
    [InlineData("@.tools.activate *; @.tools.none; Hi", "")]
    public async Task Tools_triggers_choose_the_tools(string content, string tools)
    {
        var sent = await SentAsync(content);
        Assert.Equal(tools, string.Join(',', sent.Tools));
        Assert.Equal(["user: Hi"], sent.Transcript);
    }

    [Fact]
    public async Task Tools_deactivate_and_only_and_none_reach_what_the_request_asked_for()
    {
        var request = new TurnRequest { Tools = ["webSearch", "calculator"] };
        Assert.Equal(["calculator"], (await SentAsync("@.tools.deactivate webSearch; Hi", request)).Tools);
        Assert.Equal(["forecast"], (await SentAsync("@.tools.only forecast; Hi", request)).Tools);
        Assert.Empty((await SentAsync("@.tools.none; Hi", request)).Tools);
    }

    [Theory]
    [InlineData("@.tools.only first; Hi", "first", null)]
    [InlineData("@.tools.only FIR*; Hi", "first", null)]
    [InlineData("@.tools.deactivate first; Hi", "second", null)]
    [InlineData("@.tools.none; @.tools.activate second; Hi", "second", null)]
    [InlineData("@.tools.require first; Hi", "first,second", "first")]
    public async Task Tools_that_a_prompt_brings_for_its_client_are_chosen_by_their_names(string content, string tools, string? required)
    {
        var schema = System.Text.Json.JsonDocument.Parse("{\"type\":\"object\"}").RootElement;
        var prompt = new Prompt { Key = "who", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }], ClientTools = [new() { Name = "first", Schema = schema }, new() { Name = "second", Schema = schema }] };
        foreach (var isAgent in (bool[])[false, true])
        {
            await using var road = await RoadAsync();
            await road.SaveAsync(prompt);
            var turn = await road.RunAsync(isAgent ? new TurnRequest { Content = "@.agent.use who; " + content } : new() { Prompt = "who", Content = content });
            Assert.Empty(turn.Warnings);
            Assert.Equal((tools, "user: Hi"), (string.Join(',', road.Model.Last.Tools), road.Model.Last.Transcript[^1]));
            Assert.Equal(required is null ? null : new RequiredChatToolMode(required), road.Model.Last.Options.ToolMode is RequiredChatToolMode mode ? mode : null);
        }
    }

    [Fact]
    public async Task Tools_require_forces_a_call()
    {
        Assert.Equal(new RequiredChatToolMode("webSearch"), (await SentAsync("@.tools.require websearch; Hi")).Options.ToolMode);
        Assert.Equal(ChatToolMode.RequireAny, (await SentAsync("@.tools.activate *; @.tools.require; Hi")).Options.ToolMode);
    }

    [Fact]
    public async Task Tools_auto_lets_a_model_choose_and_records_what_it_chose()
    {
        await using var road = await RoadAsync();
        road.Model.Says("I think: [\"forecast\", \"other\"]");
        await road.RunAsync("@.tools.auto; Will it rain?");
        Assert.Equal(2, road.Model.Requests.Count);
        Assert.Contains("- webSearch: Searches the web.", road.Model.Requests[0].Transcript[0]);
        Assert.Equal("user: Will it rain?", road.Model.Requests[0].Transcript[1]);
        Assert.Equal(["forecast"], road.Model.Last.Tools);
    }

    [Theory]
    [InlineData("no idea", "answered something else")]
    [InlineData("[1, 2]", "names nothing")]
    [InlineData("{\"tools\": \"forecast\"}", "names nothing")]
    public async Task Tools_auto_that_gets_no_list_chooses_nothing_and_says_so(string answer, string message)
    {
        await using var road = await RoadAsync();
        road.Model.Says(answer);
        var turn = await road.RunAsync("@.tools.auto; Will it rain?");
        Assert.Equal(["user: Will it rain?"], road.Model.Last.Transcript);
        Assert.Empty(road.Model.Last.Tools);
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal("auto_failed", warning.Code);
        Assert.Contains(message, warning.Message);
    }

    [Fact]
    public async Task Tools_auto_has_a_deadline()
    {
        await using var road = await RoadAsync();
        road.Model.Answers((_, stop) => Never(road, stop));
        var turn = await road.RunAsync("@.tools.auto; Will it rain?");
        Assert.Contains("did not answer within 5 s", Assert.Single(turn.Warnings).Message);
        Assert.Empty(road.Model.Last.Tools);
    }

    [Fact]
    public async Task Tools_auto_asks_the_small_model_for_a_shape()
    {
        var small = new ScriptedModel().Says("{\"tools\": [\"forecast\"]}");
        await using var road = await RoadAsync(builder =>
        {
            builder.AddModel("test/small", small);
            builder.Services.Configure<ModelCatalogOptions>(options => options.SmallModel = "test/small");
        });
        var turn = await road.Runner.PreviewAsync(new() { Content = "@.tools.auto; Will it rain?" }, TestContext.Current.CancellationToken);
        var schema = Assert.IsType<ChatResponseFormatJson>(small.Last.Options.ResponseFormat).Schema!.Value;
        Assert.Equal(5, schema.GetProperty("properties").GetProperty("tools").GetProperty("items").GetProperty("enum").GetArrayLength());
        Assert.Contains(turn.Draft.Trace.Changes, change => change is { Path: "tools.auto", After: "forecast", Source: "trigger:@.tools.auto" });
        Assert.Equal("forecast", Assert.Single(turn.Request.Tools).Name);
    }

    [Theory]
    [InlineData("@.tools.auto; @.vars.set nope1=1; @.vars.set nope2=2; hi", "{\"tools\": [\"forecast\"]}", "user: @.vars.set nope1=1; @.vars.set nope2=2; hi", "forecast", 0)]
    [InlineData("@.tools.auto; @.vars.set nope1=1; @.vars.set nope2=2; hi", "no idea", "user: @.vars.set nope1=1; @.vars.set nope2=2; hi", "", 1)]
    [InlineData("@.tools.auto; @.tools.auto; @.tools.auto; hi", "{\"tools\": [\"forecast\"]}", "user: hi", "forecast", 0)]
    public async Task Tools_auto_asks_once_whatever_stands_beside_it(string content, string answer, string sent, string tools, int failed)
    {
        var small = new ScriptedModel().Says(answer);
        await using var road = await RoadAsync(builder =>
        {
            builder.AddModel("test/small", small);
            builder.Services.Configure<ModelCatalogOptions>(options => options.SmallModel = "test/small").Configure<TitleOptions>(options => options.Auto = false);
        });
        var turn = await road.RunAsync(content);
        Assert.Equal("user: hi", Assert.Single(small.Requests).Transcript[1]);
        Assert.Equal([sent], road.Model.Last.Transcript);
        Assert.Equal(tools, string.Join(',', road.Model.Last.Tools));
        Assert.Equal(failed, turn.Warnings.Count(warning => warning.Code == "auto_failed"));
    }

    [Fact]
    public async Task A_call_cannot_be_forced_where_no_tool_is_offered()
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync("@.tools.require; Will it rain?");
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal("tool_choice_dropped", warning.Code);
        Assert.Null(road.Model.Last.Options.ToolMode);
        await road.RunAsync("@.tools.activate forecast; @.tools.require; Will it rain?");
        Assert.Equal(ChatToolMode.RequireAny, road.Model.Last.Options.ToolMode);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Never(Road road, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        road.Clock.Advance(TimeSpan.FromSeconds(6));
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }
}
