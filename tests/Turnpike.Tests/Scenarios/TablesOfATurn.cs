using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Scenarios;

/// <summary>Tables that would be far larger written out than they are given.</summary>
public sealed class TablesOfATurn
{
    private static TurnRequest Asking(string text, string? format = null) => new() { Content = "Read", Resources = [new() { Id = "res_1", Kind = "table", Text = text, Format = format }] };

    private static string Items(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $"{{\"k{i}\":{i}}}"))}]";

    [Fact]
    public async Task Rows_that_are_not_shown_bring_no_columns()
    {
        await using var road = new Road();
        await road.RunAsync(Asking(Items(30_000), "csv"));
        var lines = road.Model.Last.Transcript[0].Split('\n');
        Assert.Equal(string.Join(',', Enumerable.Range(0, 500).Select(i => $"k{i}")), lines[2]);
        Assert.Equal("0" + new string(',', 499), lines[3]);
        Assert.Equal("… 29500 more rows of 30000", lines[503]);
    }

    [Theory]
    [InlineData("objects", null)]
    [InlineData("lists", null)]
    [InlineData("wide", "csv")]
    [InlineData("wide", null)]
    [InlineData("one wide row", null)]
    public async Task A_table_that_grows_over_the_bound_is_refused(string of, string? format)
    {
        await using var road = new Road();
        var text = of switch
        {
            "objects" => $"[{string.Join(',', Enumerable.Range(0, 500).Select(i => $"{{{string.Join(',', Enumerable.Range(0, 500).Select(n => $"\"k{i}_{n}\":0"))}}}"))}]",
            "lists" => $"[{string.Join(',', Enumerable.Repeat($"[{string.Join(',', Enumerable.Repeat(0, 5000))}]", 500))}]",
            "wide" => string.Join('\n', Enumerable.Repeat(new string(',', 20_000), 500)),
            _ => string.Join('\n', Enumerable.Repeat("a,b", 500).Prepend(new string(',', 500_000))),
        };
        var refused = await road.RefusedAsync(Asking(text, format));
        Assert.Equal(TurnErrorCode.ResourceTooLarge, refused.Code);
        Assert.Contains("1,048,576", refused.Message, StringComparison.Ordinal);
        Assert.Empty(road.Model.Requests);
    }

    [Theory]
    [InlineData("""[{"a":"\ud800"}]""")]
    [InlineData("""[{"\ud800":1}]""")]
    [InlineData("""[["\ud800"]]""")]
    public async Task Half_a_character_in_a_table_breaks_nothing(string text)
    {
        await using var road = new Road();
        Assert.Equal(TurnStatus.Completed, (await road.RunAsync(Asking(text))).Status);
        Assert.Contains("ud800", road.Model.Last.Transcript[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_empty_cells_are_counted_also_when_they_are_not_shown()
    {
        await using var road = new Road();
        await road.RunAsync(Asking(string.Join('\n', Enumerable.Repeat("a,", 503)), "csv"));
        Assert.EndsWith("a,\n… 2 more rows of 502\n</resource>\n</resources>", road.Model.Last.Transcript[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_is_written_out_already_is_sent_as_it_is()
    {
        await using var road = new Road();
        await road.RunAsync(new TurnRequest { Content = "Read", Resources = [new() { Id = "res_1", Kind = "table", Text = "| a, b |\n| --- |\n| 1 |", MediaType = "text/markdown" }] });
        Assert.Contains("id=\"res_1\">\n| a, b |\n| --- |\n| 1 |\n</resource>", road.Model.Last.Transcript[0], StringComparison.Ordinal);
    }
}
