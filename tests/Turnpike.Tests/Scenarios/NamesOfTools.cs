using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>However a tool is named, the model and the one who approves speak of the same one.</summary>
public sealed class NamesOfTools
{
    private int _looked;

    private Road Searching() => new(builder =>
    {
        builder.AddTool(() => "found", "search.web").AddTool(() => "found", "search.docs").AddTool(() => "4", "sum").AddTool(() => $"Looked ({++_looked})", "docs.lookup").AddTool(() => "other", "docs_lookup");
        builder.Services.Configure<ToolGroupOptions>(options => options.Groups["maths"] = ["su*"]);
        builder.Services.Configure<ToolGroupOptions>(options => options.Groups["web"] = ["search.*"]);
        builder.Services.Configure<ToolOptions>(options => options.Approval["docs.lookup"] = ToolDecision.Ask);
    });

    private static TurnRequest Forcing(string choice, params string[] tools) => new() { Content = "Go", Tools = tools, Parameters = new() { ToolChoice = choice } };

    [Theory]
    [InlineData("search.web", "search_web")]
    [InlineData("SEARCH.WEB", "search_web")]
    [InlineData("turnpike.sum", "sum")]
    [InlineData("maths", "sum")]
    [InlineData("su*", "sum")]
    public async Task A_forced_tool_is_offered_and_forced_under_the_name_that_the_model_sees(string choice, string name)
    {
        await using var road = Searching();
        await road.RunAsync(Forcing(choice));
        Assert.Equal(new RequiredChatToolMode(name), road.Model.Last.Options.ToolMode);
        Assert.Equal([name], road.Model.Last.Tools);
    }

    [Fact]
    public async Task A_trigger_forces_a_tool_by_a_glob_too()
    {
        await using var road = Searching();
        await road.RunAsync("@.tools.require su*; Go");
        Assert.Equal((new RequiredChatToolMode("sum"), "sum"), (road.Model.Last.Options.ToolMode, Assert.Single(road.Model.Last.Tools)));
    }

    [Fact]
    public async Task A_glob_that_means_several_forces_the_one_that_is_chosen()
    {
        await using var road = Searching();
        await road.RunAsync(Forcing("search.*", "search.docs", "sum"));
        Assert.Equal((new RequiredChatToolMode("search_docs"), "search_docs,sum"), (road.Model.Last.Options.ToolMode, string.Join(',', road.Model.Last.Tools)));
    }

    [Theory]
    [InlineData("search.*", TurnErrorCode.ParameterInvalid, "search.docs, search.web")]
    [InlineData("WEB", TurnErrorCode.ParameterInvalid, "search.docs, search.web")]
    [InlineData("no.*", TurnErrorCode.ToolUnknown, "\"no.*\"")]
    [InlineData("serch.web", TurnErrorCode.ToolUnknown, "\"search.web\"")]
    public async Task What_means_several_tools_or_none_cannot_be_forced(string choice, TurnErrorCode code, string says)
    {
        await using var road = Searching();
        var refused = await road.RefusedAsync(Forcing(choice, "sum"));
        Assert.Equal(code, refused.Code);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Empty(road.Model.Requests);
    }

    [Theory]
    [InlineData("docs.lookup", "docs_lookup")]
    [InlineData("docs*", null)]
    public async Task An_approved_call_runs_the_tool_that_was_asked_about_though_nobody_chooses_it_again(string tools, string? seen)
    {
        await using var road = Searching();
        var preview = await road.Runner.PreviewAsync(new() { Content = "Go", Tools = [tools] }, TestContext.Current.CancellationToken);
        var name = preview.Tools.All.Single(tool => tool.Name == "docs.lookup").Function.Name;
        Assert.Equal(seen is null, name != "docs_lookup");
        road.Model.Calls(name).Says("Done.");
        var first = await road.RunAsync(new TurnRequest { Content = "Go", Tools = [tools], OnWait = OnWait.HandOver });
        Assert.Equal((name, "docs.lookup"), (Assert.Single(first.OpenCalls).Name, first.OpenCalls[0].Tool));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Answers = [new() { CallId = "call_1", Approved = true }], OnWait = OnWait.HandOver });
        Assert.Equal("tool: [result Looked (1)]", road.Model.Last.Transcript[^1]);
    }

    [Theory]
    [InlineData("@.agent.use reviewer; Go")]
    [InlineData("@.agent.use! reviewer; Go")]
    public async Task The_tools_of_an_agent_that_the_client_executes_are_offered(string content)
    {
        await using var road = Searching();
        await road.SaveAsync(new Prompt { Key = "reviewer", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Review." }] }], ClientTools = [new() { Name = "open_file", Description = "Opens." }], Tools = ["sum"] });
        road.Model.Calls("open_file").Says("Read.");
        var first = await road.RunAsync(new TurnRequest { Content = content, OnWait = OnWait.HandOver });
        Assert.Equal(["open_file", "sum"], road.Model.Last.Tools);
        Assert.Equal(("open_file", OpenCall.Client), (Assert.Single(first.OpenCalls).Name, first.OpenCalls[0].Kind));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And?" });
        Assert.Equal(content.Contains('!', StringComparison.Ordinal) ? ["open_file", "sum"] : [], road.Model.Last.Tools);
    }
}
