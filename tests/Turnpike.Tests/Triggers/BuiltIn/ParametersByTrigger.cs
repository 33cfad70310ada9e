using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary>A reset takes back one word on a parameter, and the one below it counts.</summary>
public sealed class ParametersByTrigger
{
    [Theory]
    [InlineData("Hi", 0.7f, 8L)]
    [InlineData("@.params.temp 0.2; @.params.reset temp; Hi", 0.7f, 8L)]
    [InlineData("@.params.temp 0.2; @.params.reset temp; @.params.reset temp; Hi", null, 8L)]
    [InlineData("@.params.reset temp; Hi", null, 8L)]
    [InlineData("@.params.reset seed; Hi", 0.7f, 5L)]
    [InlineData("@.params.reset seed; @.params.reset seed; Hi", 0.7f, null)]
    [InlineData("@.params.reset! seed; Hi", 0.7f, null)]
    [InlineData("@.params.temp 0.2; @.params.reset; Hi", 0.7f, 5L)]
    public async Task The_layer_below_speaks(string content, float? temperature, long? seed)
    {
        await using var road = new Road();
        var first = await road.RunAsync("@.params.seed! 5; One");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = content, Parameters = new() { Temperature = 0.7, Seed = 8 } });
        Assert.Equal((temperature, seed), (road.Model.Last.Options.Temperature, road.Model.Last.Options.Seed));
        Assert.Equal(content.Contains('!', StringComparison.Ordinal) ? null : 5L, (await road.ConversationAsync(first.Conversation)).Parameters?.Seed);
    }

    [Fact]
    public async Task What_is_kept_of_a_turn_that_says_nothing_is_told()
    {
        await using var road = new Road();
        var first = await road.RunAsync("One");
        var refused = await road.RefusedAsync(new() { Conversation = first.Conversation, Content = "@.params.temp! 0.4;" });
        Assert.Equal((TurnErrorCode.ContentMissing, "content"), (refused.Code, refused.Field));
        Assert.EndsWith("What the triggers set for the conversation is kept.", refused.Message, StringComparison.Ordinal);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Two" });
        Assert.Equal(0.4f, road.Model.Last.Options.Temperature);
        Assert.DoesNotContain("kept", (await road.RefusedAsync(new() { Conversation = first.Conversation, Content = "@.params.temp 0.9;" })).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", (await road.RefusedAsync(new() { Content = "@.params.temp! 0.9;" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@.tools.activate nosuch*; Hi", "nosuch*", 0, 25)]
    [InlineData("Hi @.tools.only calc*, nosuch.?;", "nosuch.?", 3, 32)]
    public async Task A_glob_that_no_tool_fits_is_told_with_its_place(string content, string glob, int start, int end)
    {
        await using var road = new Road(builder => builder.AddTool((string sum) => "4", "calculator"));
        var turn = await road.RunAsync(content);
        Assert.Equal("user: Hi", Assert.Single(road.Model.Last.Transcript));
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal(("tool_unknown", $"No tool fits \"{glob}\".", new TextSpan(start, end)), (warning.Code, warning.Message, warning.Span));
    }
}
