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

    [Fact]
    public async Task A_prompt_of_Langfuse_that_names_itself_or_grows_by_what_it_names_stays_small()
    {
        await using var road = new Road();
        var itself = string.Concat(Enumerable.Repeat("@@@langfusePrompt:name=p@@@", 14));
        var line = Assert.Single((await ImportAsync(road, $$"""{"name":"p","type":"text","version":1,"labels":["production"],"prompt":"{{itself}}"}""")).Items);
        Assert.Contains(line.Details, said => said.StartsWith("reference @@@langfusePrompt:name=p@@@: stays text", StringComparison.Ordinal));
        await road.RunAsync(new TurnRequest { Prompt = "imported" });
        Assert.Equal(["user: " + itself], road.Model.Last.Transcript);

        var rows = Enumerable.Range(1, 5).Select(n => $$"""{"name":"p{{n}}","type":"text","version":1,"labels":["production"],"prompt":"{{(n == 5 ? new string('x', 500) : string.Concat(Enumerable.Repeat($"@@@langfusePrompt:name=p{n + 1}@@@", 30)))}}"}""");
        var report = await road.Get<PromptImporter>().ImportAsync($"[{string.Join(',', rows)}]", new(), TestContext.Current.CancellationToken);
        Assert.Equal([ImportOutcome.Skipped, ImportOutcome.Skipped, ImportOutcome.Imported, ImportOutcome.Imported, ImportOutcome.Imported], report.Items.Select(item => item.Outcome));
        Assert.All(report.Items.Take(2), item => Assert.Equal(["With the prompts that it names it becomes longer than 1,048,576 characters."], item.Details));
    }

    [Theory]
    [InlineData(60_000, 1, 6000, "a key has 60,000 characters; 1,000 are taken.")]
    [InlineData(900, 25, 10_000, "too many values below long keys")]
    public async Task Long_keys_above_many_values_are_refused(int length, int depth, int values, string why)
    {
        await using var road = new Road();
        var keys = string.Concat(Enumerable.Range(0, depth).Select(n => $"{new string(' ', n)}? \"{new string('k', length)}\"\n{new string(' ', n)}:\n"));
        var error = await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, $"---\n{keys}{new string(' ', depth)}[{string.Join(',', Enumerable.Repeat("1", values))}]\n---\nHi"));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }
}
