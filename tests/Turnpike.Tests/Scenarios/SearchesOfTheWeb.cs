using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>A turn wishes to search the web; whether the provider does it or the tool shows when its model is known, by whatever door the wish came.</summary>
public sealed class SearchesOfTheWeb
{
    private readonly ListedModels _provider = new(
        new ModelInfo { Id = "or/plain", Provider = "or", Parameters = ["temperature"] },
        new ModelInfo { Id = "or/mute", Provider = "or", Parameters = ["temperature"], Tools = false },
        new ModelInfo { Id = "or/silent", Provider = "or" },
        new ModelInfo { Id = "or/seeing", Provider = "or", Parameters = ["temperature", "webSearch"] });

    private Road NewRoad(bool tool = true) => new(builder =>
    {
        builder.AddModels(_provider).UseModel("or/seeing");
        if (tool) builder.AddTool((string query) => "found", "webSearch");
    });

    private (string Tools, object? Own) Sent => (string.Join(',', _provider.Model.Last.Tools), _provider.Model.Last.Options.AdditionalProperties?.GetValueOrDefault("turnpike.webSearch"));

    [Theory]
    [InlineData("@.search.on; Hi", false)]
    [InlineData("@.search.on; @.model.use or/plain; Hi", true)]
    [InlineData("@.model.use or/plain; @.search.on; Hi", true)]
    [InlineData("@.model.use plain; @.search.on; Hi", true)]
    [InlineData("@.search.on; @.model.use plain; Hi", true)]
    [InlineData("@.model.use or/plain; @.search.on; @.model.use or/seeing; Hi", false)]
    [InlineData("@.search.off; @.search.on; @.model.use plain; Hi", true)]
    public async Task The_order_of_triggers_and_how_the_model_is_named_do_not_matter(string content, bool byTool)
    {
        await using var road = NewRoad();
        var turn = await road.RunAsync(content);
        (string, object?) wished = byTool ? ("webSearch", null) : ("", true);
        Assert.Equal(wished, Sent);
        Assert.DoesNotContain(turn.Warnings, warning => warning.Code == "parameter_dropped");
    }

    [Fact]
    public async Task A_wish_that_a_conversation_keeps_suits_the_model_of_each_turn()
    {
        await using var road = NewRoad();
        var first = await road.RunAsync("@.search.on!; Hi");
        Assert.Equal(("", true), Sent);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "More", Model = "or/plain" });
        Assert.Equal(("webSearch", null), Sent);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "@.search.off; More", Model = "or/plain" });
        Assert.Equal(("", null), Sent);
        await road.RunAsync(new TurnRequest { Content = "Hi", Model = "or/plain", Parameters = new() { WebSearch = true } });
        Assert.Equal(("webSearch", null), Sent);
    }

    [Theory]
    [InlineData("or/silent")]
    [InlineData("or/unlisted")]
    public async Task A_model_of_which_nobody_knows_is_asked_to_search_and_offered_the_tool_beside_that(string model)
    {
        await using var road = NewRoad();
        Assert.Empty((await road.RunAsync(new TurnRequest { Content = "@.search.on; Hi", Model = model })).Warnings);
        Assert.Equal(("webSearch", true), Sent);
        await using var without = NewRoad(tool: false);
        var turn = await without.RunAsync(new TurnRequest { Content = "@.search.on; Hi", Model = model });
        Assert.Equal((("", (object?)true), "search_unavailable"), (Sent, Assert.Single(turn.Warnings).Code));
    }

    [Theory]
    [InlineData("or/plain", false)]
    [InlineData("or/mute", true)]
    public async Task Where_neither_can_be_had_the_turn_goes_on_with_a_warning(string model, bool tool)
    {
        await using var road = NewRoad(tool);
        var turn = await road.RunAsync(new TurnRequest { Content = "@.search.on; Hi", Model = model });
        Assert.Equal(("", null), Sent);
        Assert.Equal("parameter_dropped", Assert.Single(turn.Warnings).Code);
    }
}
