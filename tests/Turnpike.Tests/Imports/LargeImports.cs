using Turnpike.Prompts.Imports;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;

namespace Turnpike.Tests.Imports;

/// <summary>Files of prompts that are large or odd: each is read or refused, and soon.</summary>
public sealed class LargeImports
{
    private static Task<ImportReport> ImportAsync(Road road, string file, string? format = null) => road.Get<PromptImporter>().ImportAsync(file, new() { Key = "imported", Format = format }, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_file_of_blank_lines_is_told_from_Prompty_at_once()
    {
        await using var road = new Road();
        Assert.Equal("dotprompt", (await ImportAsync(road, "---\nmodel: test/model\n---\nx" + new string('\n', 500_000) + "x")).Source);
        Assert.Equal("dotprompt", (await ImportAsync(road, "---\nmodel: test/model\n---\nx\n" + new string(' ', 500_000) + "system" + new string(' ', 500_000) + "x")).Source);
    }

    [Theory]
    [InlineData("{%")]
    [InlineData("{% ")]
    [InlineData("{%\n")]
    [InlineData("{%-  -")]
    public async Task Blocks_that_are_never_closed_stay_text(string opening)
    {
        await using var road = new Road();
        var body = string.Concat(Enumerable.Repeat(opening, 50_000)) + new string(' ', 50_000) + "x";
        var report = await ImportAsync(road, "---\nname: n\nmodel: test/model\n---\nuser:\n" + body, "prompty");
        Assert.NotEqual(ImportOutcome.Skipped, Assert.Single(report.Items).Outcome);
        await road.RunAsync(new TurnRequest { Prompt = "imported" });
        Assert.Equal(["user: " + body], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Blocks_of_Prompty_become_Handlebars_also_over_several_lines_and_with_dashes()
    {
        await using var road = new Road();
        await ImportAsync(road, "---\nname: n\nmodel: test/model\ninputs: { a: 1 }\n---\nuser:\r\n{%- if a -%}yes{%else%}no{%\n endif %}!\n  assistant :\t\r\nSo.\n", "prompty");
        await road.RunAsync(new TurnRequest { Prompt = "imported", Content = "Hi" });
        Assert.Equal(["user: yes!", "assistant: So.", "user: Hi"], road.Model.Last.Transcript);
        var refused = await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, "---\nname: n\n---\nuser:\n{% " + new string('z', 10_000) + " %}", "prompty"));
        Assert.InRange(refused.Message.Length, 1, 300);
    }

    [Theory]
    [InlineData("""{"key":"a","key":"b","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("""{"prompts":[{"key":"a","messages":[{"role":"user","content":"\ud800"}]}]}""")]
    [InlineData("""[{"key":"a","\ud800":1}]""")]
    [InlineData("""[{"key":"a","messages":[{"role":"user","content":"Hi","content":"Ho"}]}]""")]
    public async Task JSON_that_cannot_be_read_is_refused(string file)
    {
        await using var road = new Road();
        Assert.Equal(TurnErrorCode.RequestInvalid, (await Assert.ThrowsAsync<TurnException>(() => road.Get<PromptImporter>().ImportAsync(file, new(), TestContext.Current.CancellationToken))).Code);
    }
}
