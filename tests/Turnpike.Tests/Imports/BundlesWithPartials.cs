using Turnpike.Prompts.Imports;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;

namespace Turnpike.Tests.Imports;

/// <summary>Bundles whose prompts include others of them.</summary>
public sealed class BundlesWithPartials
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Row(string key, string text) => $$"""{"key":"{{key}}","messages":[{"role":"system","content":"{{text}}"}]}""";

    private static Task<ImportReport> ImportAsync(Road road, IEnumerable<string> rows, string more = "") => road.Get<PromptImporter>().ImportAsync($$"""{"format":"turnpike.prompts","version":1,"prompts":[{{string.Join(',', rows)}}]{{more}}}""", new(), Cancellation);

    [Theory]
    [InlineData("0 1 2")]
    [InlineData("0 2 1")]
    [InlineData("1 0 2")]
    [InlineData("1 2 0")]
    [InlineData("2 0 1")]
    [InlineData("2 1 0")]
    public async Task Partials_that_include_partials_come_in_whatever_order_the_file_has_them(string order)
    {
        string[] rows = [Row("y/main", "Main, {{> a}}"), Row("y/_a", "a, {{> b}}"), Row("_b", "b.")];
        await using var road = new Road();
        var report = await ImportAsync(road, order.Split(' ').Select(at => rows[int.Parse(at, System.Globalization.CultureInfo.InvariantCulture)]));
        Assert.All(report.Items, item => Assert.Equal(ImportOutcome.Imported, item.Outcome));
        await road.RunAsync(new TurnRequest { Prompt = "y/main", Content = "Hi" });
        Assert.Equal("system: Main, a, b.", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Partials_in_a_ring_are_told_one_by_one()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, [Row("_a", "{{> b}}"), Row("_b", "{{> a}}"), Row("main", "Fine.")]);
        Assert.Equal([ImportOutcome.Skipped, ImportOutcome.Skipped, ImportOutcome.Imported], report.Items.Select(item => item.Outcome));
    }

    [Fact]
    public async Task Of_several_versions_of_a_partial_the_newest_counts()
    {
        await using var road = new Road();
        await ImportAsync(road, [Row("t/_b", "OLD"), Row("t/_b", "NEW"), Row("t/main", "{{> b}}")]);
        await road.RunAsync(new TurnRequest { Prompt = "t/main", Content = "Hi" });
        Assert.Equal("system: NEW", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Tests_come_with_whichever_version_of_their_prompt_was_imported()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, [Row("u/p", "{{> nowhere}}"), Row("u/p", "Fine.")], ""","tests":[{"key":"u/p","cases":[{"name":"says hi","content":"Hi","expect":[{"contains":"Hi"}]}]}]""");
        Assert.Equal([ImportOutcome.Skipped, ImportOutcome.Imported, ImportOutcome.Imported], report.Items.Select(item => item.Outcome));
    }
}
