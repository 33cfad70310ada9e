using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>A group stands wherever a tool may be named.</summary>
public sealed class ToolGroups
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Road Travelling(Action<ToolOptions>? configure = null) => new(builder =>
    {
        builder.AddTool(() => "found", "search.flights").AddTool(() => "found", "search.trains").AddTool(() => "booked", "book").AddTool(() => "noted", "note");
        builder.Services.Configure<ToolGroupOptions>(options => options.Groups["travel"] = ["search.*", "book"]);
        builder.Services.Configure<ToolGroupOptions>(options => options.Groups["nothing"] = ["nowhere.*"]);
        if (configure is not null) builder.Services.Configure(configure);
    });

    [Theory]
    [InlineData("@.tools.activate travel; Go", "book, search.flights, search.trains")]
    [InlineData("@.tools.activate TRAVEL, note; Go", "book, note, search.flights, search.trains")]
    [InlineData("@.tools.activate note, search.*, book; @.tools.deactivate travel; Go", "note")]
    [InlineData("@.tools.only travel; Go", "book, search.flights, search.trains")]
    [InlineData("@.tools.activate nothing; Go", "")]
    public async Task Triggers_choose_and_take_away_whole_groups(string content, string expected)
    {
        await using var road = Travelling();
        road.Model.Says("Done.");
        var turn = await road.RunAsync(content);
        Assert.Equal(TurnStatus.Completed, turn.Status);
        Assert.Equal(expected, string.Join(", ", road.Model.Last.Options.Tools?.Select(tool => tool.Name.Replace('_', '.')) ?? []));
    }

    [Fact]
    public async Task Prompts_and_requests_choose_groups_and_nobody_complains()
    {
        await using var road = Travelling();
        road.Model.Says("Done.").Says("Done.");
        await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["travel"] });
        Assert.Equal(3, road.Model.Last.Tools.Count);
        await road.SaveAsync(new() { Key = "trip", Tools = ["travel"] });
        await road.RunAsync(new TurnRequest { Content = "Go", Prompt = "trip" });
        Assert.Equal(3, road.Model.Last.Tools.Count);
    }

    [Fact]
    public async Task A_mistyped_group_is_an_error_that_names_it()
    {
        await using var road = Travelling();
        var error = await road.RefusedAsync(new TurnRequest { Content = "Go", Tools = ["travl"] });
        Assert.Equal(TurnErrorCode.ToolUnknown, error.Code);
        Assert.Contains("\"travel\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approval_may_be_set_for_a_group_and_a_tools_own_name_is_more_exact()
    {
        await using var road = Travelling(options =>
        {
            options.Approval["travel"] = ToolDecision.Ask;
            options.Approval["search.trains"] = ToolDecision.Allow;
            options.Approval["*"] = ToolDecision.Deny;
        });
        var prepared = await road.Runner.PreviewAsync(new() { Content = "Go", Tools = ["travel", "note"] }, Cancellation);
        Assert.Equal("book Ask, note Deny, search.flights Ask, search.trains Allow", string.Join(", ", prepared.Tools.All.Select(tool => $"{tool.Name} {tool.Decision}")));
    }
}
