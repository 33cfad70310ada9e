using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
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
    [InlineData("""{"id":"FILE-N","name":"Same","prompt":"Say N in FILE"}""", "same", """{"version":1,"promptTemplates":[ROWS]}""")]
    [InlineData("""{"instructions":"The same first words of all of them, and then N in FILE"}""", "the-same-first-words-of-all", "[ROWS]")]
    public async Task Prompts_of_one_name_are_numbered_without_asking_for_each_number_again(string row, string key, string file)
    {
        const int Count = 150;
        var asked = 0;
        await using var road = new Road(builder => builder.Services.AddSingleton(services => Watched<IPromptStore>.Of(new InMemoryPromptStore(services.GetRequiredService<TimeProvider>()), (_, _, pass) =>
        {
            asked++;
            return pass();
        })));
        foreach (var name in (string[])["first", "second", "second"])
        {
            var report = await road.Get<PromptImporter>().ImportAsync(file.Replace("ROWS", string.Join(',', Enumerable.Range(1, Count).Select(n => row.Replace("N", $"{n}", StringComparison.Ordinal).Replace("FILE", name, StringComparison.Ordinal))), StringComparison.Ordinal), new(), TestContext.Current.CancellationToken);
            var from = name == "first" ? 1 : Count + 1;
            Assert.Equal(Enumerable.Range(from, Count).Select(number => number == 1 ? key : $"{key}-{number}"), report.Items.Select(item => item.Id));
        }
        Assert.InRange(asked, 1, 3 * Count * 20);
        Assert.EndsWith($"{Count} in second", (await road.Get<IPromptStore>().FindAsync($"{key}-{2 * Count}", null, TestContext.Current.CancellationToken))!.Messages[0].Content[0].Text, StringComparison.Ordinal);
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
        Assert.All(report.Items.Take(2), item => Assert.StartsWith("With the prompts that it names it becomes longer than 1,048,576 characters", Assert.Single(item.Details), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_Langfuse_whose_prompts_all_name_a_long_one_and_one_that_names_a_kept_one_often_stay_small()
    {
        await using var road = new Road();
        var names = Enumerable.Range(0, 200).Select(n => $$"""{"name":"r{{n}}","type":"text","version":1,"prompt":"@@@langfusePrompt:name=a@@@"}""");
        var report = await road.Get<PromptImporter>().ImportAsync($$"""[{"name":"a","type":"text","version":1,"labels":["production"],"prompt":"{{new string('x', 1_000_000)}}"},{{string.Join(',', names)}}]""", new() { DryRun = true }, TestContext.Current.CancellationToken);
        var outcomes = report.Items.CountBy(item => item.Outcome).ToDictionary();
        Assert.InRange(outcomes[ImportOutcome.Imported], 60, 70);
        Assert.Equal(201, outcomes[ImportOutcome.Imported] + outcomes[ImportOutcome.Skipped]);

        await road.Get<PromptImporter>().ImportAsync($$"""{"name":"long","type":"text","version":1,"labels":["production"],"prompt":"{{new string('x', 100_000)}}"}""", new(), TestContext.Current.CancellationToken);
        var often = Assert.Single((await road.Get<PromptImporter>().ImportAsync($$"""{"name":"often","type":"text","version":1,"prompt":"{{string.Concat(Enumerable.Repeat("@@@langfusePrompt:name=long@@@", 2000))}}"}""", new(), TestContext.Current.CancellationToken)).Items);
        Assert.Equal(ImportOutcome.Skipped, often.Outcome);
        Assert.StartsWith("With the prompts that it names it becomes longer", Assert.Single(often.Details), StringComparison.Ordinal);
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

    [Theory]
    [InlineData("{% for doc in docs %}- {{doc}} for {{customer}}; {% endfor %}", "- d1 for Ann; - d2 for Ann;")]
    [InlineData("{% for x in docs %}{{x}}:{% for y in docs %}{{y}}{% if loop.last %}.{% else %},{% endif %}{% endfor %} {% endfor %}", "d1:d1,d2. d2:d1,d2.")]
    [InlineData("{% for person in people %}{{ person.name }}{% if history %} knows {{history}}{% endif %} {{loop.index0}} {% endfor %}", "Bo knows that 0 Cy knows that 1")]
    [InlineData("{% for history in docs %}{{history}} {% endfor %}{{history}} {{role}}", "d1 d2 that cook")]
    [InlineData("C:\\{{customer}} and {{customer}}", "C:\\Ann and Ann")]
    public async Task Names_in_bodies_of_Prompty_mean_what_they_mean_there(string body, string said)
    {
        await using var road = new Road();
        var report = await ImportAsync(road, $$"""
            ---
            name: n
            model: test/model
            inputs:
              docs: { type: array, default: [d1, d2] }
              people: { type: array, default: [{ name: Bo }, { name: Cy }] }
              customer: { default: Ann }
              history: { default: that }
              role: { default: cook }
            ---
            system:
            {{body}}
            """, "prompty");
        Assert.NotEqual(ImportOutcome.Skipped, Assert.Single(report.Items).Outcome);
        await road.RunAsync(new TurnRequest { Prompt = "imported", Content = "Hi" });
        Assert.Equal(["system: " + said, "user: Hi"], road.Model.Last.Transcript.Select(line => line.TrimEnd()));
    }

    [Fact]
    public async Task What_loops_count_from_one_is_refused_by_its_name()
    {
        await using var road = new Road();
        var refused = await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, "---\nname: n\ninputs: { docs: [] }\n---\nuser:\n{% for d in docs %}{{loop.index}}{% endfor %}", "prompty"));
        Assert.Contains("\"loop.index\" is not read: loop.first, loop.last and loop.index0 are.", refused.Message, StringComparison.Ordinal);
    }
}
