using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Prompts.Imports;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;

namespace Turnpike.Tests.Imports;

/// <summary>Prompts of other systems run here, and what could not come along is told of.</summary>
public sealed class ImportedPrompts
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<ImportReport> ImportAsync(Road road, string file) => road.Get<PromptImporter>().ImportAsync(file, new(), Cancellation);

    private static async Task<ImportItem> ImportedAsync(Road road, string file) => Assert.Single((await ImportAsync(road, file)).Items);

    private static Task<Prompt?> FindAsync(Road road, string key) => road.Get<IPromptStore>().FindAsync(key, null, Cancellation);

    private static string Template(string more) => $$"""{"version":1,"promptTemplates":[{"id":"t1","name":"Tpl","prompt":"Go.","variables":[],"type":"prompt",{{more}}}]}""";

    [Theory]
    [InlineData("""{"schema":{"city":"string","days":"number"},"jsonSchema":{"type":"object","properties":{"city":{"type":"string"}}}}""", """{"type":"object","properties":{"city":{"type":"string"}}}""")]
    [InlineData("""{"schema":{"type":"object","properties":{"city":{"type":"string"}}}}""", """{"type":"object","properties":{"city":{"type":"string"}}}""")]
    [InlineData("""{"schema":{"city":"string","days":"number"},"jsonSchema":{}}""", """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"number"}},"required":["city","days"]}""")]
    [InlineData("""{"type":"object","properties":{"city":{"type":"string"}}}""", """{"type":"object","properties":{"city":{"type":"string"}}}""")]
    public async Task The_shape_of_a_LiteChat_template_reaches_the_provider(string shape, string schema)
    {
        await using var road = new Road();
        Assert.Equal(ImportOutcome.Imported, (await ImportedAsync(road, Template($"\"structuredOutput\":{shape}"))).Outcome);
        road.Model.Says("""{"city":"Oslo","days":1}""");
        await road.RunAsync(new TurnRequest { Prompt = "tpl" });
        Assert.Equal(schema, JsonSerializer.Serialize(Assert.IsType<ChatResponseFormatJson>(road.Model.Last.Options.ResponseFormat).Schema));
    }

    [Theory]
    [InlineData("\"json please\"")]
    [InlineData("""{"schema":{"city":["Oslo"]}}""")]
    public async Task A_shape_that_is_none_is_told_of(string shape)
    {
        await using var road = new Road();
        Assert.StartsWith("structuredOutput: left out", Assert.Single((await ImportedAsync(road, Template($"\"structuredOutput\":{shape}"))).Details), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_that_nobody_here_supplies_are_left_out_so_that_it_runs()
    {
        await using var road = new Road();
        foreach (var (file, key) in ((string, string)[])[(Template("\"tools\":[\"search\",\"current_time\"]"), "tpl"), ("""{"id":"m1","name":"Row","messages":[{"role":"user","content":"Go."}],"settings":{"tools":["search","current_time"]}}""", "row")])
        {
            Assert.Equal("tools search: left out, nobody here supplies them. Connect them, then import this again", Assert.Single((await ImportedAsync(road, file)).Details));
            await road.RunAsync(new TurnRequest { Prompt = key });
            Assert.Equal(["current_time"], road.Model.Last.Tools);
            Assert.Equal(0, (await ImportAsync(road, file)).Imported);
        }
    }

    [Fact]
    public async Task A_prompt_file_is_kept_as_it_is_and_the_report_says_what_is_not_here()
    {
        await using var road = new Road();
        var item = Assert.Single((await road.Get<PromptImporter>().ImportAsync("---\ntools: [serch]\nturnpike.rules: [none]\n---\nGo.", new() { Key = "file" }, Cancellation)).Items);
        Assert.Equal(ImportOutcome.Imported, item.Outcome);
        Assert.Equal(["tools[0]: There is no tool \"serch\".", "rules[0]: There is no rule \"none\"."], item.Details.Select(detail => detail[..(detail.IndexOf("\".", StringComparison.Ordinal) + 2)]));
        Assert.Equal(["serch"], (await FindAsync(road, "file"))!.Tools);
    }

    [Fact]
    public async Task Values_of_the_environment_stay_where_they_are_and_are_named()
    {
        await using var road = new Road();
        var openAi = await ImportedAsync(road, """{"id":"pmpt_1","name":"A","instructions":"Say {{x}}.","variables":{"x":"${env:KEY}"}}""");
        Assert.Equal("variable x: left out, it takes a value from the environment", Assert.Single(openAi.Details));
        Assert.Null(Assert.Single((await FindAsync(road, "a"))!.Variables).Default);
        var own = await ImportedAsync(road, """{"key":"b","messages":[{"role":"user","content":"{{x}} costs ${env:X}"}],"variables":[{"name":"x","default":"${ENV:KEY}"}],"parameters":{"providerOptions":{"k":"${env:KEY}","l":1}},"metadata":{"list":["a","${env:KEY}"]}}""");
        Assert.Equal(["metadata.list[1]", "parameters.providerOptions.k", "variables[0].default"], own.Details.Select(detail => detail.Split(':')[0]).Order(StringComparer.Ordinal));
        var kept = (await FindAsync(road, "b"))!;
        Assert.Equal((null, """{"l":1}""", """{"list":["a"]}"""), (kept.Variables[0].Default, kept.Parameters!.ProviderOptions!.ToJsonString(), kept.Metadata!.ToJsonString()));
    }

    [Fact]
    public async Task A_request_of_the_Responses_API_keeps_its_wish_not_to_be_stored_and_its_shape_and_names_what_it_loses()
    {
        await using var road = new Road();
        var item = await ImportedAsync(road, """{"model":"test/model","instructions":"Be kind.","store":false,"reasoning":{"effort":"low","summary":"auto"},"text":{"verbosity":"low","format":{"type":"json_schema","name":"sum","strict":true,"odd":1,"schema":{"type":"object"}}}}""");
        Assert.Equal(["text.format.odd: left out, it is not known here", "reasoning.summary: left out, it is not known here"], item.Details);
        var prompt = (await FindAsync(road, item.Id!))!;
        Assert.Equal((false, """{"type":"json_schema","name":"sum","strict":true,"schema":{"type":"object"}}"""), (prompt.Store, prompt.Parameters!.ResponseFormat!.ToJsonString()));
    }

    [Fact]
    public async Task Requests_without_a_name_are_prompts_of_their_own_and_stay_so()
    {
        await using var road = new Road();
        const string File = """[{"model":"test/model","instructions":"Be kind to people, always and everywhere.","input":"A"},{"model":"test/model","instructions":"Be kind to people, always and ever.","input":"B"},{"model":"test/model","input":[{"role":"user","content":[{"type":"input_text","text":"Tell a joke"}]}]}]""";
        string[] keys = ["be-kind-to-people-always-and", "be-kind-to-people-always-and-2", "tell-a-joke"];
        Assert.Equal(keys, (await ImportAsync(road, File)).Items.Select(item => item.Id));
        Assert.Equal(keys.Select(key => (key, 1, ImportOutcome.Skipped)), (await ImportAsync(road, File)).Items.Select(item => (item.Id!, item.Version!.Value, item.Outcome)));
        await road.RunAsync(new TurnRequest { Prompt = keys[1] });
        Assert.Equal("user: B", road.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Inputs_of_Prompty_may_be_a_list_and_what_has_no_meaning_here_is_named()
    {
        await using var road = new Road();
        var item = await ImportedAsync(road, "---\nname: Listed\nmodel: test/model\nauthors: [ada]\nsample: { a: 1 }\ntemplate: jinja2\ntags: [one]\ninputs:\n  - name: a\n    kind: string\n    default: Jane\n  - name: b\n    kind: number\n    required: true\n  - 5\noutputs:\n  - name: c\n    kind: string\n---\nsystem:\nHi {{a}} {{b}}.\n");
        Assert.Equal(["authors", "sample", "template", "inputs[2]"], item.Details.Select(detail => detail.Split(':')[0]));
        road.Model.Says("""{"c":"x"}""");
        await road.RunAsync(new TurnRequest { Prompt = "listed", Content = "Go", Variables = new Dictionary<string, JsonElement> { ["b"] = JsonSerializer.SerializeToElement(2) } });
        Assert.Equal("system: Hi Jane 2.", road.Model.Last.Transcript[0]);
        Assert.Equal("""{"type":"object","properties":{"c":{"type":"string"}}}""", JsonSerializer.Serialize(Assert.IsType<ChatResponseFormatJson>(road.Model.Last.Options.ResponseFormat).Schema));
        Assert.Equal(["one"], (await FindAsync(road, "listed"))!.Tags);
    }

    [Fact]
    public async Task A_list_of_no_prompts_is_refused_and_an_item_that_is_none_is_named()
    {
        await using var road = new Road();
        Assert.Equal(TurnErrorCode.RequestInvalid, (await Assert.ThrowsAsync<TurnException>(() => ImportAsync(road, "[1,2]"))).Code);
        var items = (await ImportAsync(road, """[{"key":"a","messages":[{"role":"user","content":"x"}]},3]""")).Items;
        Assert.Equal([("a", ImportOutcome.Imported), ("item 2", ImportOutcome.Skipped)], items.Select(item => (item.From, item.Outcome)));
    }

    [Fact]
    public async Task A_file_that_comes_twice_at_once_is_kept_once()
    {
        await using var road = new Road();
        var file = "[" + string.Join(',', Enumerable.Range(0, 20).SelectMany(prompt => Enumerable.Range(1, 2).Select(version => $$"""{"name":"p{{prompt}}","type":"text","prompt":"Text {{version}}.","version":{{version}} }"""))) + "]";
        var reports = await Task.WhenAll(ImportAsync(road, file), ImportAsync(road, file));
        Assert.Equal((40, 40), (reports.Sum(report => report.Imported), reports.Sum(report => report.Skipped)));
        for (var prompt = 0; prompt < 20; prompt++) Assert.Equal(2, (await road.Get<IPromptStore>().VersionsAsync($"p{prompt}", Cancellation)).Count);
    }
}
