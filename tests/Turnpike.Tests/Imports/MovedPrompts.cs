using Turnpike.Prompts.Imports;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Imports;

/// <summary>Prompts that were moved here: who asked for them goes on as before, and what they name is found.</summary>
public sealed class MovedPrompts
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_found_by_the_number_that_it_had_elsewhere_also_when_ours_grew_past_it()
    {
        await using var road = new Road();
        await ImportAsync(road, """{"id":"pmpt_68abc","version":"3","instructions":"Third."}""");
        await ImportAsync(road, """{"id":"pmpt_68abc","version":"4","instructions":"Fourth."}""");
        foreach (var text in (string[])["Ours.", "Ours too."]) await road.SaveAsync(new() { Key = "pmpt_68abc", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = text }] }] });
        Assert.Equal("system: Third.", await SentAsync(road, "pmpt_68abc", "3"));
        Assert.Equal("system: Fourth.", await SentAsync(road, "pmpt_68abc", "4"));
        Assert.Equal("system: Ours.", await SentAsync(road, "pmpt_68abc", "5")); // saved here since: they count on
        Assert.Equal("system: Ours too.", await SentAsync(road, "pmpt_68abc", "6"));
        Assert.Equal("system: Ours too.", await SentAsync(road, "pmpt_68abc", null));
        foreach (var never in (string[])["1", "2", "9"])
            Assert.Contains($"no version or label \"{never}\". Under this name its versions are 3, 4, 5, 6,", (await road.RefusedAsync(new() { Prompt = new() { Id = "pmpt_68abc", Version = never }, Content = "Hi" })).Message);
    }

    [Fact]
    public async Task Under_its_key_our_numbers_count_and_under_the_name_that_it_had_theirs()
    {
        await using var road = new Road();
        await ImportAsync(road, """[{"name":"Gap","version":4,"prompt":"Four."},{"name":"Gap","version":2,"prompt":"Two."},{"name":"Gap","version":3,"prompt":"Three."}]""");
        foreach (var (id, version, says) in new[] { ("langfuse:Gap", "4", "Four."), ("langfuse:Gap", "3", "Three."), ("langfuse:Gap", "2", "Two."), ("gap", "1", "Two."), ("gap", "3", "Four.") }) Assert.Equal($"user: {says}\n\nHi", await SentAsync(road, id, version));
        Assert.Contains("our own numbers count under its key \"gap\"", (await road.RefusedAsync(new() { Prompt = new() { Id = "langfuse:Gap", Version = "1" }, Content = "Hi" })).Message);
    }

    [Fact]
    public async Task An_older_version_that_comes_later_is_not_served_to_callers_that_name_none()
    {
        await using var road = new Road();
        await ImportAsync(road, """{"id":"pmpt_old","name":"Old","version":"3","instructions":"Third."}""");
        var older = """{"id":"pmpt_old","name":"Old","version":"1","instructions":"First."}""";
        Assert.Contains("version 1 is older than 3, which is here: what is the newest now stays the newest, for callers that name no version", Assert.Single((await ImportAsync(road, older)).Items).Details);
        foreach (var (version, says) in new[] { (null, "Third."), ("3", "Third."), ("1", "First.") }) Assert.Equal("system: " + says, await SentAsync(road, "pmpt_old", version));
        Assert.Equal(0, (await ImportAsync(road, older)).Imported);
        await road.SaveAsync(new() { Key = "old", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Ours." }] }] });
        await ImportAsync(road, """{"id":"pmpt_old","name":"Old","version":"2","instructions":"Second."}""");
        foreach (var (version, says) in new[] { (null, "Ours."), ("4", "Ours."), ("2", "Second.") }) Assert.Equal("system: " + says, await SentAsync(road, "pmpt_old", version));
        await ImportAsync(road, """{"id":"pmpt_old","name":"Old","version":"5","instructions":"First."}"""); // gone back there
        Assert.Equal("system: First.", await SentAsync(road, "pmpt_old", null));
    }

    [Fact]
    public async Task The_default_version_of_OpenAI_becomes_production_if_asked()
    {
        await using var road = new Road();
        var file = """{"data":[{"id":"pmpt_d","name":"D","version":"2","instructions":"Second."},{"id":"pmpt_d","name":"D","version":"1","instructions":"First.","is_default":true}]}""";
        Assert.Contains("labels not moved: production. They move when the import is asked to (labels=true, --labels)", (await ImportAsync(road, file)).Items[1].Details);
        await road.Get<PromptImporter>().ImportAsync(file, new() { Labels = true }, Cancellation);
        Assert.Equal("system: First.", await SentAsync(road, "pmpt_d", null));
    }

    [Fact]
    public async Task A_composed_prompt_of_Langfuse_has_the_texts_that_it_names()
    {
        await using var road = new Road();
        await ImportAsync(road, """{"name":"tone","version":2,"prompt":"Be {{mood}}."}""");
        var report = await ImportAsync(road, """
            [{"name":"all","version":1,"prompt":"@@@langfusePrompt:name=rules|version=1@@@ @@@langfusePrompt:name=tone|version=2@@@ @@@langfusePrompt:name=gone|label=production@@@"},
             {"name":"rules","version":1,"prompt":"Say {{x}}."},{"name":"rules","version":2,"prompt":"Other."}]
            """);
        Assert.Contains("reference @@@langfusePrompt:name=gone|label=production@@@: stays text, for that prompt is neither in the file nor here. Import it first, or export this one with resolve=true", report.Items[0].Details);
        await road.RunAsync(new TurnRequest { Prompt = "all", Variables = new Dictionary<string, System.Text.Json.JsonElement> { ["x"] = System.Text.Json.JsonSerializer.SerializeToElement("yes"), ["mood"] = System.Text.Json.JsonSerializer.SerializeToElement("kind") } });
        Assert.Equal(["user: Say yes. Be kind. @@@langfusePrompt:name=gone|label=production@@@"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_shape_and_a_forced_tool_are_read_in_the_form_of_chats_and_tools_that_are_only_described_are_told_of()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, """
            {"id":"r1","name":"Shaped","messages":[{"role":"user","content":"Go."}],"variable_defaults":[],"settings":{"tool_choice":{"type":"function","function":{"name":"add"}},
             "response_format":{"type":"json_schema","json_schema":{"name":"sum","strict":true,"schema":{"type":"object"}}},"tools":[{"type":"function","function":{"name":"add","parameters":{}}}]}}
            """);
        var parameters = (await road.Get<Turnpike.Prompts.IPromptStore>().FindAsync("shaped", null, Cancellation))!.Parameters!;
        Assert.Equal("add", parameters.ToolChoice);
        Assert.Equal("""{"type":"json_schema","name":"sum","strict":true,"schema":{"type":"object"}}""", parameters.ResponseFormat!.ToJsonString());
        Assert.Equal(["tool add: left out, connect it here and name it in \"tools\"", "parameters.toolChoice: There is no tool \"add\" to be chosen. Until there is, no turn runs with this prompt"], Assert.Single(report.Items).Details);
    }

    [Fact]
    public async Task A_template_finds_its_rules_under_the_ids_that_they_have_here()
    {
        await using var road = new Road();
        var file = """{"version":1,"rules":[{"id":"r1","name":"Short","content":"Be short.","type":"before"}],"promptTemplates":[{"id":"t1","name":"Tpl","prompt":"Do it.","variables":[],"tags":[],"tools":[],"rules":["r1"],"type":"prompt"}]}""";
        var first = (await ImportAsync(road, file)).Items;
        Assert.Contains("rule r1: left out, it is not here", Assert.Single(first[0].Details));
        Assert.Equal("rules 1 Skipped import them with POST /api/conversations/import, or turnpike conversations import", $"{first[1].Kind} {first[1].From} {first[1].Outcome} {first[1].Details[0]}");
        using var json = System.Text.Json.JsonDocument.Parse(file);
        await road.Get<Turnpike.Turns.Imports.ConversationImport>().RunAsync(json.RootElement, dryRun: false, null, Cancellation);
        Assert.Equal((2, 0), ((await ImportAsync(road, file)).Items[0].Version, (await ImportAsync(road, file)).Imported));
        await road.RunAsync(new TurnRequest { Prompt = "tpl", Content = "Hi" });
        Assert.Equal(["user: Do it.\n\nBe short.\n\nHi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_request_of_the_Responses_API_is_a_prompt()
    {
        await using var road = new Road();
        var report = await road.Get<PromptImporter>().ImportAsync("""{"model":"test/model","instructions":"Be kind.","input":[{"role":"user","content":[{"type":"input_text","text":"About {{topic}}"}]}],"temperature":0.3,"prompt":{"id":"pmpt_1"}}""", new() { Key = "kind" }, Cancellation);
        Assert.Equal(("openai", 1), (report.Source, report.Imported));
        Assert.Contains("prompt: left out, it names another prompt; import that one", Assert.Single(report.Items).Details);
        await road.RunAsync(new TurnRequest { Prompt = "kind", Variables = new Dictionary<string, System.Text.Json.JsonElement> { ["topic"] = System.Text.Json.JsonSerializer.SerializeToElement("rain") } });
        Assert.Equal(["system: Be kind.", "user: About rain"], road.Model.Last.Transcript);
        Assert.Equal(0.3f, road.Model.Last.Options.Temperature);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("matrx")]
    [InlineData("langfuse")]
    [InlineData("turnpike")]
    [InlineData("litechat")]
    public async Task A_file_that_is_not_what_it_is_said_to_be_is_skipped_with_the_reason(string format)
    {
        await using var road = new Road();
        foreach (var file in (string[])["""{"id":5}""", """{"name":[],"messages":5,"prompt":{},"variables":7,"settings":[]}""", """{"instructions":{},"input":7,"tools":{},"text":5,"reasoning":[]}""", """{"labels":null,"variables":[null],"messages":[null]}"""])
        {
            var report = await road.Get<PromptImporter>().ImportAsync(file, new() { Format = format }, Cancellation);
            Assert.All(report.Items, item => Assert.True(item.Outcome == Turnpike.Turns.Imports.ImportOutcome.Skipped && item.Details.Count > 0 && !item.Details[0].Contains(".NET", StringComparison.Ordinal), $"{file}: {item.Outcome} {string.Join(' ', item.Details)}"));
        }
    }

    [Fact]
    public async Task A_Prompty_file_may_name_its_model_in_one_word()
    {
        await using var road = new Road();
        await road.Get<PromptImporter>().ImportAsync("---\nname: Plain\nmodel: test/model\ninputs: [a]\n---\nsystem:\nBe {{kind}}.\n", new(), Cancellation);
        await road.RunAsync(new TurnRequest { Prompt = "plain", Content = "Hi" });
        Assert.Equal("system: Be .", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task A_list_that_was_exported_by_itself_is_read()
    {
        await using var road = new Road();
        using var rules = System.Text.Json.JsonDocument.Parse("""{"version":1,"exportedAt":"2025-01-01T00:00:00Z","rules":[{"id":"r1","name":"Short","content":"Be short.","type":"before"}]}""");
        Assert.Equal("rule", Assert.Single((await road.Get<Turnpike.Turns.Imports.ConversationImport>().RunAsync(rules.RootElement, dryRun: false, null, Cancellation)).Items).Kind);
        using var workflows = System.Text.Json.JsonDocument.Parse("""{"version":1,"exportedAt":"2025-01-01T00:00:00Z","workflows":[{"id":"w1"}]}""");
        Assert.Equal(0, (await road.Get<Turnpike.Turns.Imports.ConversationImport>().RunAsync(workflows.RootElement, dryRun: false, null, Cancellation)).Imported);
        await ImportAsync(road, """{"version":1,"exportedAt":"2025-01-01T00:00:00Z","agents":[{"id":"a1","name":"Who","prompt":"You are an agent.","variables":[],"tags":[],"tools":[],"rules":["r1"]}]}""");
        await road.RunAsync(new TurnRequest { Prompt = "who", Content = "Hi" });
        Assert.Equal(["system: You are an agent.", "user: Be short.\n\nHi"], road.Model.Last.Transcript);
    }

    private static Task<Turnpike.Turns.Imports.ImportReport> ImportAsync(Road road, string file) => road.Get<PromptImporter>().ImportAsync(file, new(), Cancellation);

    private static async Task<string> SentAsync(Road road, string id, string? version)
    {
        await road.RunAsync(new TurnRequest { Prompt = new() { Id = id, Version = version }, Content = "Hi" });
        return road.Model.Last.Transcript[0];
    }
}
