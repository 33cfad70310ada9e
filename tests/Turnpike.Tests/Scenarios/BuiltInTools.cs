using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Tests.Scenarios;

public sealed class BuiltInTools
{
    private static async Task<string> ResultAsync(Road road, string tool, Dictionary<string, object?> arguments)
    {
        road.Model.Calls(tool, arguments);
        await road.RunAsync(new TurnRequest { Content = "Go", Tools = [tool] });
        return road.Model.Last.Transcript[^1]["tool: [result ".Length..^1];
    }

    [Theory]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("(3 + 4) * 1.5 - -2", "12.5")]
    [InlineData("-2 ^ 2", "-4")]
    [InlineData("2 ^ -2", "0.25")]
    [InlineData("2 ^ 3 ^ 2", "512")]
    [InlineData("0.5 ^ -60", "1152921504606846976")]
    [InlineData("0.5 ^ -90", "1237940039285380274899124224")]
    [InlineData("0.1 ^ -3", "1000")]
    [InlineData("2 ^ -100", "0")]
    [InlineData("(-2) ^ -3", "-0.125")]
    [InlineData("10 % 4 / 2", "1")]
    [InlineData("round(2.345, 2) + max(1, 2, 3)", "5.35")]
    [InlineData("sqrt(16) + abs(-1)", "5")]
    [InlineData("12345678901234567890 * 3", "37037036703703703670")]
    public async Task Expressions_are_worked_out_in_decimal_numbers(string expression, string value)
    {
        await using var road = new Road();
        Assert.Equal(value, await ResultAsync(road, "calculate", new() { ["expression"] = expression }));
    }

    [Theory]
    [InlineData("1 / 0", "divides by zero")]
    [InlineData("2 +", "ends too early")]
    [InlineData("2 $ 3", "\"$\" at 3 is not expected")]
    [InlineData("system(1)", "no function \"system\"")]
    [InlineData("9 ^ 999", "too large")]
    [InlineData("0.1 ^ -29", "too large")]
    [InlineData("0 ^ -1", "divides by zero")]
    [InlineData("sqrt(-1)", "no real number")]
    [InlineData("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1", "nested too deep")]
    public async Task What_is_no_expression_is_told_to_the_model(string expression, string fault)
    {
        await using var road = new Road();
        Assert.Contains(fault, await ResultAsync(road, "calculate", new() { ["expression"] = expression }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_fetched_through_the_guards_of_resources()
    {
        await using var road = new Road();
        Assert.Contains("\"fetch_url\" failed", await ResultAsync(road, "fetch_url", new() { ["url"] = "http://127.0.0.1:9/secret" }), StringComparison.Ordinal);
        Assert.Contains("no http or https URL", await ResultAsync(road, "fetch_url", new() { ["url"] = "file:///etc/passwd" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_read_as_text_with_its_title()
    {
        await using var road = new Road(builder => builder.AddResources(new Pages()));
        Assert.Equal("# Weather\n\nRain of https://example.org/w", await ResultAsync(road, "fetch_url", new() { ["url"] = "https://example.org/w" }));
    }

    [Fact]
    public async Task Earlier_conversations_are_searched_for_all_words()
    {
        await using var road = new Road();
        road.Model.Says("The harbour has twelve cranes.");
        await road.RunAsync("Tell me of the harbour");
        road.Model.Says("Nothing.");
        await road.RunAsync("Tell me of the lake");
        var found = await ResultAsync(road, "search_conversations", new() { ["query"] = "HARBOUR cranes" });
        Assert.Contains("asked: Tell me of the harbour\nanswered: The harbour has twelve cranes.", found, StringComparison.Ordinal);
        Assert.DoesNotContain("lake", found, StringComparison.Ordinal);
        Assert.Equal("Nothing was found for \"submarine\".", await ResultAsync(road, "search_conversations", new() { ["query"] = "submarine" }));
    }

    [Fact]
    public async Task None_is_offered_unless_it_is_chosen_and_a_bare_star_does_not_choose_those_that_reach_out()
    {
        await using var road = new Road();
        await road.RunAsync("Hello");
        Assert.Empty(road.Model.Last.Tools);
        await road.RunAsync(new TurnRequest { Content = "Hello", Tools = ["*"] });
        Assert.Equal(["calculate", "current_time"], road.Model.Last.Tools);
        await road.RunAsync(new TurnRequest { Content = "Hello", Tools = ["f*", "*search*"] });
        Assert.Empty(road.Model.Last.Tools);
        await road.RunAsync(new TurnRequest { Content = "@.tools.deactivate *; Hello", Tools = ["fetch_url", "calculate"] });
        Assert.Empty(road.Model.Last.Tools);
        await road.RunAsync(new TurnRequest { Content = "Hello", Tools = ["fetch_url", "search_*"] });
        Assert.Equal(["fetch_url", "search_conversations"], road.Model.Last.Tools);
    }

    private sealed class Pages : IResourceLoader
    {
        public string Kind => "webpage";

        public ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken) => new(new ResourceContent { Title = "Weather", Text = $"Rain of {source.Resource.Url}" });
    }
}
