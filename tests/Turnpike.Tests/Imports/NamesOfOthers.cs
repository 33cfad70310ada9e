using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Prompts.Imports;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;

namespace Turnpike.Tests.Imports;

/// <summary>Names that other systems allow and this one does not keep no prompt out: it is imported, and it runs.</summary>
public sealed class NamesOfOthers
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportItem> ImportAsync(Road road, string file) => Assert.Single((await road.Get<PromptImporter>().ImportAsync(file, new(), Cancellation)).Items);

    private static async Task<string[]> SentAsync(Road road, string prompt, params (string Name, object Value)[] variables)
    {
        await road.RunAsync(new TurnRequest { Prompt = prompt, Variables = variables.ToDictionary(one => one.Name, one => JsonSerializer.SerializeToElement(one.Value)) });
        return [.. road.Model.Last.Transcript];
    }

    private static string Json(string text) => JsonSerializer.Serialize(text);

    [Fact]
    public async Task Of_Langfuse()
    {
        await using var road = new Road();
        const string Text = @"{{First Name}} {{a-b}} {{ not a var }} {{plain}} {{user.name}} {{{First Name}}} \{{plain}} {{größe}}";
        var item = await ImportAsync(road, $$$"""{"name":"Odd","version":1,"type":"text","prompt":{{{Json(Text)}}},"config":{}}""");
        Assert.Equal(ImportOutcome.Changed, item.Outcome);
        Assert.Contains("variable First Name: became First_Name, for here a name has letters, digits and _ only", item.Details);
        Assert.Equal([@"user: Ada 1 2 p n Ada \p 3"], await SentAsync(road, "odd", ("First_Name", "Ada"), ("a_b", "1"), ("not_a_var", "2"), ("plain", "p"), ("user_name", "n"), ("gr__e", "3")));
    }

    [Fact]
    public async Task What_is_no_name_stays_text()
    {
        await using var road = new Road();
        const string Text = @"{{#if x}} {{> part}} {{x | upper}} {{ {{!-- c --}} \{{/if}} {{""a"": 1}} {{history}} {{else}} {{name}}";
        var item = await ImportAsync(road, $$"""{"name":"Odd","version":1,"type":"chat","prompt":[{"role":"user","content":{{Json(Text)}}}]}""");
        Assert.Contains("text: 7 × {{ around no name, written \\{{ for it is text", item.Details);
        Assert.Contains("variable history: became history_, for the name has another meaning here", item.Details);
        Assert.Equal(["user: " + Text.Replace("{{history}} {{else}} {{name}}", "h e n", StringComparison.Ordinal)], await SentAsync(road, "odd", ("history_", "h"), ("else_", "e"), ("name", "n")));
    }

    [Fact]
    public async Task Of_LiteChat()
    {
        await using var road = new Road();
        var item = await ImportAsync(road, """{"version":1,"promptTemplates":[{"id":"t1","name":"Odd","prompt":"Hi {{ first name }} and {{first_name}}, {{#x}}","variables":[{"name":"first name","type":"string","required":true},{"name":"first_name","type":"string"}],"type":"prompt"}]}""");
        Assert.Contains("variable first name: became first_name_2, for here a name has letters, digits and _ only", item.Details);
        Assert.Equal(["user: Hi Ada and Bob, {{#x}}"], await SentAsync(road, "odd", ("first_name_2", "Ada"), ("first_name", "Bob")));
    }

    [Fact]
    public async Task Of_AI_Matrx()
    {
        await using var road = new Road();
        await ImportAsync(road, """{"id":"m1","name":"Odd","messages":[{"role":"user","content":"{{foo-bar}} {{other-one}}"}],"variable_defaults":[{"name":"foo-bar","defaultValue":"dflt"}],"settings":{}}""");
        Assert.Equal(["user: dflt 1"], await SentAsync(road, "odd", ("other_one", "1")));
        var none = await ImportAsync(road, """{"id":"m2","name":"None","messages":"notalist","settings":{}}""");
        Assert.Equal((ImportOutcome.Skipped, "\"messages\" must be a list of messages {role, content}."), (none.Outcome, none.Details[0]));
    }

    [Theory]
    [InlineData("""{"name":"odd","version":1,"type":"text","prompt":"Go","config":{"model":"gpt-4o"}}""")]
    [InlineData("---\nname: Odd\nmodel: { id: gpt-4o }\n---\nuser:\nGo\n")]
    public async Task A_model_that_nobody_here_has_is_metadata_and_the_prompt_runs(string file)
    {
        await using var road = new Road();
        Assert.Equal("model gpt-4o: kept as metadata, choose a model here", Assert.Single((await ImportAsync(road, file)).Details));
        var kept = (await road.Get<IPromptStore>().FindAsync("odd", null, Cancellation))!;
        Assert.Equal((null, """{"model":"gpt-4o"}"""), (kept.Model, kept.Metadata!.ToJsonString()));
        Assert.Equal(["user: Go"], await SentAsync(road, "odd"));
        Assert.Equal(ImportOutcome.Skipped, (await ImportAsync(road, file)).Outcome);
    }

    [Fact]
    public async Task A_model_that_has_the_name_here_is_taken()
    {
        await using var road = new Road(turnpike => turnpike.Services.Configure<Turnpike.Turns.Catalogs.ModelCatalogOptions>(options => options.Aliases["gpt-4o"] = "test/model"));
        Assert.Equal(ImportOutcome.Imported, (await ImportAsync(road, """{"name":"odd","version":1,"type":"text","prompt":"Go","config":{"model":"gpt-4o"}}""")).Outcome);
        Assert.Equal("gpt-4o", (await road.Get<IPromptStore>().FindAsync("odd", null, Cancellation))!.Model);
        await SentAsync(road, "odd");
    }

    [Fact]
    public async Task A_default_of_OpenAI_may_be_written_as_a_part()
    {
        await using var road = new Road();
        var item = await ImportAsync(road, """{"id":"pmpt_1","name":"Odd","instructions":"Say {{x}}.","variables":{"x":{"type":"input_text","text":"dflt"}}}""");
        Assert.Empty(item.Details);
        await road.RunAsync(new TurnRequest { Prompt = "odd", Content = "Hi" });
        Assert.Equal(["system: Say dflt.", "user: Hi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Of_OpenAI_only_plain_names_mean_anything_and_renamed_ones_are_given_as_before()
    {
        await using var road = new Road();
        const string Text = @"{{item.name}} {{#if x}} {{! note }} \{{v}} {{@index}} {{this}} {{role}} {{history}} {{json}}";
        var item = await ImportAsync(road, $$$"""{"id":"pmpt_n","name":"Odd","instructions":{{{Json(Text)}}},"variables":{"v":"dflt","role":null,"history":"h","json":"j"}}""");
        Assert.Contains("variable role: became role_, for the name has another meaning here", item.Details);
        await road.RunAsync(new TurnRequest { Prompt = "pmpt_n", Content = "Hi", Variables = new Dictionary<string, JsonElement> { ["role"] = JsonSerializer.SerializeToElement("r"), ["v"] = JsonSerializer.SerializeToElement("1") } });
        Assert.Equal([@"system: {{item.name}} {{#if x}} {{! note }} \1 {{@index}} {{this}} r h j", "user: Hi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_placeholder_of_Langfuse_is_no_variable_of_nearly_the_same_name()
    {
        await using var road = new Road();
        await ImportAsync(road, """{"name":"Two","version":1,"type":"chat","prompt":[{"type":"placeholder","name":"chat history"},{"role":"user","content":"{{chat_history}}"}]}""");
        Assert.Equal(["user: One", "user: sum"], await SentAsync(road, "two", ("chat_history", "sum"), ("chat_history_2", new[] { new { role = "user", content = "One" } })));
    }

    [Fact]
    public async Task Options_are_told_with_their_own_characters()
    {
        await using var road = new Road();
        var prompt = PromptKeeper.Read(JsonElement.Parse("""{"key":"p","messages":[{"role":"user","content":"{{x}}"}],"variables":[{"name":"x","type":"enum","options":["\u00c4rger \"1\"","b"]}]}"""));
        await road.SaveAsync(prompt);
        var refused = await road.RefusedAsync(new TurnRequest { Prompt = "p", Variables = new Dictionary<string, JsonElement> { ["x"] = JsonSerializer.SerializeToElement("c") } });
        Assert.Contains("""one of "Ärger \"1\"", "b""", refused.Message, StringComparison.Ordinal);
    }
}
