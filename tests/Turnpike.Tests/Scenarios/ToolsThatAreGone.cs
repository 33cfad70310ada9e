using Microsoft.Extensions.AI;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>A tool that is not there any more, or not now, stops no conversation.</summary>
public sealed class ToolsThatAreGone
{
    private static readonly ClientTool Locate = new() { Name = "locate" };

    private static Road NewRoad(bool withDocs = false) => new(builder =>
    {
        builder.AddTool((string sum) => "4", "calculator");
        if (withDocs) builder.AddTools(new Dead());
    });

    private static string Codes(Turn turn) => string.Join(',', turn.Warnings.Select(warning => warning.Code));

    [Fact]
    public async Task A_conversation_that_kept_a_clients_tool_goes_on_with_another_client_and_can_let_go_of_it()
    {
        await using var road = NewRoad();
        var first = await road.RunAsync(new TurnRequest { Content = "@.tools.activate! locate calculator; Hi", ClientTools = [Locate] });
        Assert.Equal(["calculator", "locate"], road.Model.Last.Tools);
        var without = await road.RunAsync(new TurnRequest { Content = "Hi", Conversation = first.Conversation });
        Assert.Equal((TurnStatus.Completed, "tool_not_found"), (without.Status, Codes(without)));
        Assert.Contains("\"locate\" (asked for by conversation)", without.Warnings[0].Message, StringComparison.Ordinal);
        Assert.Equal(["calculator"], road.Model.Last.Tools);

        await road.RunAsync(new TurnRequest { Content = "@.tools.deactivate! locate; Hi", Conversation = first.Conversation });
        Assert.Equal("user: Hi", road.Model.Last.Transcript[^1]);
        var after = await road.RunAsync(new TurnRequest { Content = "Hi", Conversation = first.Conversation });
        Assert.Equal(("", "calculator"), (Codes(after), Assert.Single(road.Model.Last.Tools)));
        Assert.DoesNotContain("locate", (await road.ConversationAsync(first.Conversation)).Tools.Add);
    }

    [Theory]
    [InlineData("@.tools.none!; Hi")]
    [InlineData("@.tools.deactivate! LOCATE\nHi")]
    public async Task It_is_let_go_of_in_other_words_too(string content)
    {
        await using var road = NewRoad();
        var first = await road.RunAsync(new TurnRequest { Content = "@.tools.activate! locate; Hi", ClientTools = [Locate] });
        await road.RunAsync(new TurnRequest { Content = content, Conversation = first.Conversation });
        Assert.Equal("user: Hi", road.Model.Last.Transcript[^1]);
        Assert.Equal("", Codes(await road.RunAsync(new TurnRequest { Content = "Hi", Conversation = first.Conversation })));
    }

    [Fact]
    public async Task A_conversation_that_kept_a_call_of_it_goes_on_and_forces_none()
    {
        await using var road = NewRoad();
        var first = await road.RunAsync(new TurnRequest { Content = "@.tools.require! locate; Hi", ClientTools = [Locate] });
        Assert.Equal(new RequiredChatToolMode("locate"), road.Model.Last.Options.ToolMode);
        var without = await road.RunAsync(new TurnRequest { Content = "Hi", Conversation = first.Conversation, Tools = ["calculator"] });
        Assert.Equal((TurnStatus.Completed, "tool_not_found,tool_choice_dropped"), (without.Status, Codes(without)));
        Assert.Equal(("calculator", false), (Assert.Single(road.Model.Last.Tools), road.Model.Last.Options.ToolMode is RequiredChatToolMode));
    }

    [Fact]
    public async Task What_may_be_a_tool_of_a_source_that_is_away_is_left_out_with_a_warning_that_names_the_source()
    {
        await using var road = NewRoad(withDocs: true);
        await road.SaveAsync(new() { Key = "help", Tools = ["docs.lookup", "calculator"] });
        foreach (var request in (TurnRequest[])[new() { Prompt = "help", Content = "Hi" }, new() { Tools = ["docs.lookup", "calculator"], Content = "Hi" }])
        {
            var turn = await road.RunAsync(request);
            Assert.Equal((TurnStatus.Completed, "tool_source_failed,tool_not_found"), (turn.Status, Codes(turn)));
            Assert.Contains("\"docs.lookup\"", turn.Warnings[1].Message, StringComparison.Ordinal);
            Assert.Contains("may be one of \"docs\"", turn.Warnings[1].Message, StringComparison.Ordinal);
            Assert.Equal(["calculator"], road.Model.Last.Tools);
        }
        var forced = await road.RunAsync(new TurnRequest { Tools = ["calculator"], Parameters = new() { ToolChoice = "docs.lookup" }, Content = "Hi" });
        Assert.Equal("tool_source_failed,tool_not_found,tool_choice_dropped", Codes(forced));
    }

    [Fact]
    public async Task A_slip_of_the_pen_is_an_error_though_a_source_is_away()
    {
        await using var road = NewRoad(withDocs: true);
        var refused = await road.RefusedAsync(new() { Tools = ["calculatorr", "docs.lookup"], Content = "Hi" });
        Assert.Equal(TurnErrorCode.ToolUnknown, refused.Code);
        Assert.Contains("Did you mean \"calculator\"?", refused.Message, StringComparison.Ordinal);
        await road.SaveAsync(new() { Key = "help", Tools = ["calculatorr"] });
        Assert.Equal("tool_source_failed,tool_not_found", Codes(await road.RunAsync(new TurnRequest { Prompt = "help", Content = "Hi" }))); // it is kept, and may be the source's
    }

    [Fact]
    public async Task A_name_that_is_wrong_now_is_still_an_error()
    {
        await using var road = NewRoad();
        await road.SaveAsync(new() { Key = "help", Tools = ["docs.lookup"] });
        foreach (var request in (TurnRequest[])[new() { Prompt = "help", Content = "Hi" }, new() { Tools = ["docs.lookup"], Content = "Hi" }])
            Assert.Equal(TurnErrorCode.ToolUnknown, (await road.RefusedAsync(request)).Code);
    }

    private sealed class Dead : IToolSource
    {
        public string Name => "docs";

        public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("Nobody is there.");
    }
}
