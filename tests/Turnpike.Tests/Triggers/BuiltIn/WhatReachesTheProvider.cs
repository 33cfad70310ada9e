using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Triggers;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Settings;

namespace Turnpike.Tests.Triggers.BuiltIn;

/// <summary>Each row of the catalog, by what the provider is sent.</summary>
public sealed class WhatReachesTheProvider
{
    private static readonly Prompt Translate = new()
    {
        Key = "translate",
        Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Translate to {{language}}: {{input}} Be {{tone}}." }] }],
        Variables = [new() { Name = "language", Required = true }, new() { Name = "tone", Type = VariableType.Enum, Options = [Json("exact"), Json("free")], Default = Json("exact") }],
        Output = new(JsonElement.Parse("""{"type":"object","properties":{"text":{"type":"string"}}}""")),
    };

    private static JsonElement Json(string text) => JsonSerializer.SerializeToElement(text);

    internal static async Task<Road> RoadAsync(Action<TurnpikeBuilder>? more = null)
    {
        var road = new Road(builder =>
        {
            builder.AddTool((string query) => "found", "webSearch", "Searches the web.").AddTool((string sum) => "4", "calculator", "Calculates.").AddTool((string city) => "rain", "forecast", "Tells the weather.");
            more?.Invoke(builder);
        });
        await road.SaveAsync(Translate);
        return road;
    }

    internal static async Task<ScriptedRequest> SentAsync(string content, TurnRequest? request = null, Action<TurnpikeBuilder>? more = null)
    {
        await using var road = await RoadAsync(more);
        var turn = await road.RunAsync((request ?? new()) with { Content = content });
        Assert.DoesNotContain(turn.Warnings, warning => warning.Code.StartsWith("trigger", StringComparison.Ordinal));
        Assert.All(turn.Triggers, trigger => Assert.Equal("applied", trigger.Outcome));
        return road.Model.Last;
    }

    [Fact]
    public async Task Params_triggers_set_the_parameters()
    {
        var sent = (await SentAsync("""
            @.params.temp 0.2; @.params.top_p 0.9; @.params.top_k 40; @.params.tokens 800; @.params.presence 0.5; @.params.frequency -0.5; @.params.seed 42;
            @.params.stop "END", stop; @.params.effort high; @.params.verbosity low;
            Hi
            """)).Options;
        Assert.Equal((0.2f, 0.9f, 40, 800, 0.5f, -0.5f, 42L), (sent.Temperature, sent.TopP, sent.TopK, sent.MaxOutputTokens, sent.PresencePenalty, sent.FrequencyPenalty, sent.Seed));
        Assert.Equal(["END", "stop"], sent.StopSequences);
        Assert.Equal(ReasoningEffort.High, sent.Reasoning?.Effort);
        Assert.Equal(("high", "low"), (sent.AdditionalProperties?["turnpike.reasoningEffort"], sent.AdditionalProperties?["turnpike.verbosity"]));
    }

    [Fact]
    public async Task Params_reset_gives_back_what_the_request_had_taken()
    {
        var request = new TurnRequest { Prompt = new Prompt { Parameters = new() { Temperature = 1, TopP = 0.5 } }, Parameters = new() { Temperature = 0.1, TopP = 0.1 } };
        var one = (await SentAsync("@.params.reset temp; Hi", request)).Options;
        Assert.Equal((1f, 0.1f), (one.Temperature, one.TopP));
        var all = (await SentAsync("@.params.reset; Hi", request)).Options;
        Assert.Equal((1f, 0.5f), (all.Temperature, all.TopP));
    }

    [Fact]
    public async Task Reasoning_triggers_set_the_effort()
    {
        Assert.Equal("medium", (await SentAsync("@.reasoning.on; Hi")).Options.AdditionalProperties?["turnpike.reasoningEffort"]);
        Assert.Equal("high", (await SentAsync("@.reasoning.on; Hi", new() { Parameters = new() { ReasoningEffort = "high" } })).Options.AdditionalProperties?["turnpike.reasoningEffort"]);
        Assert.Equal("none", (await SentAsync("@.reasoning.off; Hi", new() { Parameters = new() { ReasoningEffort = "high" } })).Options.AdditionalProperties?["turnpike.reasoningEffort"]);
    }

    [Fact]
    public async Task Model_use_asks_another_model()
    {
        var other = new ScriptedModel();
        await using var road = await RoadAsync(builder => builder.AddModel("test/other", other));
        var turn = await road.RunAsync("@.model.use test/other; Hi");
        Assert.Equal(["user: Hi"], other.Last.Transcript);
        Assert.Empty(road.Model.Requests);
        Assert.Equal("test/other", turn.Model);
    }

    [Fact]
    public async Task Vars_set_gives_values_that_the_template_takes()
    {
        var sent = await SentAsync("@.vars.set language=French tone=free; Hello", new() { Prompt = "translate", Variables = new Dictionary<string, JsonElement> { ["language"] = Json("Dutch") } });
        Assert.Equal(["user: Translate to French: Hello Be free."], sent.Transcript);
    }

    [Fact]
    public async Task Vars_set_gives_values_that_only_a_rule_or_a_layer_asks_for()
    {
        await using var road = await RoadAsync();
        await road.Get<ISettingsStore>().SaveRuleAsync(new() { Id = "rule_1", Name = "sign", Content = "Sign as {{who}}.", Placement = RulePlacement.After }, TestContext.Current.CancellationToken);
        await road.RunAsync("@.rules.select sign; @.vars.set who=Ada; Hi");
        Assert.Equal(["user: Hi\n\nSign as Ada."], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Prompt = "translate", Content = "@.vars.set language=French who=Bob; @.rules.select sign; Hi" });
        Assert.Equal(["user: Translate to French: Hi\n\nSign as Bob. Be exact."], road.Model.Last.Transcript);
        var turn = await road.RunAsync("@.vars.set whom=Ada; Hi");
        Assert.Contains("Nothing knows a variable \"whom\"", Assert.Single(turn.Warnings).Message);
        Assert.Equal(["user: @.vars.set whom=Ada; Hi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Vars_set_says_when_one_name_has_two_values()
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(new TurnRequest { Prompt = "translate", Content = "@.vars.set language=French language=Dutch; Hello" });
        Assert.Equal(["user: Translate to Dutch: Hello Be exact."], road.Model.Last.Transcript);
        Assert.Single(turn.Warnings, warning => warning.Code == "trigger_duplicate");
    }

    [Fact]
    public async Task A_value_for_a_locked_variable_stays_text()
    {
        await using var road = await RoadAsync();
        var prompt = Translate with { Key = "", Variables = [Translate.Variables[0] with { Locked = "conversation", Default = Json("Dutch") }, Translate.Variables[1]] };
        var turn = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "@.vars.set language=French; Hello" });
        Assert.Equal(["user: Translate to Dutch: @.vars.set language=French; Hello Be exact."], road.Model.Last.Transcript);
        Assert.Contains("locked to \"conversation\"", Assert.Single(turn.Warnings, warning => warning.Code == "trigger_invalid").Message);
    }

    [Fact]
    public async Task A_prompt_that_stays_keeps_the_values_it_was_given()
    {
        await using var road = await RoadAsync();
        await road.SaveAsync(new() { Key = "tutor", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "You teach {{language}}." }] }], Variables = [new() { Name = "language", Required = true }] });
        var first = await road.RunAsync("@.prompt.use! tutor language=French; Hello");
        Assert.Equal(["user: You teach French.\n\nHello"], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "More" });
        Assert.Equal("system: You teach French.", road.Model.Last.Transcript[0]);
        Assert.Equal("French", (await road.ConversationAsync(first.Conversation)).Variables["language"].GetString());
    }

    [Theory]
    [InlineData("@.prompt.use translate language=French; Hello", "user: Translate to French: Hello Be exact.")]
    [InlineData("Hello @.template.use translate language=\"{{tone}}\" tone=free;", "user: Translate to {{tone}}: Hello Be free.")]
    [InlineData("@.prompt.use translate@1 language=French\nHello", "user: Translate to French: Hello Be exact.")]
    public async Task Prompt_use_sends_the_prompt_around_what_was_typed(string content, string sent) => Assert.Equal([sent], (await SentAsync(content)).Transcript);

    [Fact]
    public async Task System_triggers_set_and_extend_the_system_text()
    {
        var request = new TurnRequest { Prompt = new Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be kind." }] }] } };
        Assert.Equal(["system: Be kind.\n\nBe brief; {{always}}.", "user: Hi"], (await SentAsync("@.system.append \"Be brief; {{always}}.\"; Hi", request)).Transcript);
        Assert.Equal(["system: Be brief.", "user: Hi"], (await SentAsync("@.system.set \"Be brief.\"; Hi", request)).Transcript);
    }

    [Theory]
    [InlineData("@.resource.add https://example.org/a/map.png; Where?", "user: Where? [https://example.org/a/map.png]")]
    [InlineData("@.file.attach https://example.org/a.png, https://example.org/b.jpg\nWhich?", "user: Which? [https://example.org/a.png] [https://example.org/b.jpg]")]
    [InlineData("@.vfs.add \"data:image/png;base64,AAAA\"; What?", "user: What? [image/png]")]
    [InlineData("@.resource.add https://example.org/map.png; @.resource.drop map.png; Where?", "user: Where?")]
    public async Task Resource_triggers_attach_and_detach(string content, string sent) => Assert.Equal([sent], (await SentAsync(content)).Transcript);

    [Fact]
    public async Task Resource_drop_detaches_what_the_request_attached() =>
        Assert.Equal(["user: Hi"], (await SentAsync("@.resource.drop notes; Hi", new() { Resources = [new() { Kind = "text", Title = "notes", Text = "secret" }] })).Transcript);

    [Fact]
    public async Task Schema_use_asks_for_the_shape() =>
        Assert.Equal("object", Assert.IsType<ChatResponseFormatJson>((await SentAsync("@.schema.use translate; Hi")).Options.ResponseFormat).Schema?.GetProperty("type").GetString());

    [Fact]
    public async Task Search_on_uses_the_providers_own_search_or_the_tool()
    {
        static void WithoutOwn(TurnpikeBuilder builder) => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = ["temperature"] });
        static void WithOwn(TurnpikeBuilder builder) => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = ["webSearch"] });
        var own = await SentAsync("@.search.on; Hi", more: WithOwn);
        Assert.Equal((true, 0), (own.Options.AdditionalProperties?["turnpike.webSearch"], own.Tools.Count));
        var unknown = await SentAsync("@.search.on; Hi");
        Assert.Equal((true, "webSearch"), (unknown.Options.AdditionalProperties?["turnpike.webSearch"], Assert.Single(unknown.Tools)));
        Assert.Equal(["webSearch"], (await SentAsync("@.search.on; Hi", more: WithoutOwn)).Tools);
        var off = await SentAsync("@.search.off; Hi", new() { Tools = ["webSearch"], Parameters = new() { WebSearch = true } });
        Assert.Equal((null, 0), (off.Options.AdditionalProperties?["turnpike.webSearch"], off.Tools.Count));
    }

    [Fact]
    public async Task Title_set_names_the_conversation()
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync("@.title.set Trip to Lisbon; Hi");
        Assert.Equal("Trip to Lisbon", (await road.ConversationAsync(turn.Conversation)).Title);
        Assert.Equal(["user: Hi"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Title_set_takes_no_longer_title_than_any_other_door()
    {
        await using var road = await RoadAsync();
        var content = $"@.title.set {new string('x', 501)}; Hi";
        var turn = await road.RunAsync(content);
        Assert.Null((await road.ConversationAsync(turn.Conversation)).Title);
        Assert.Equal(["user: " + content], road.Model.Last.Transcript);
        Assert.Contains("has 501 characters; it may have 500", Assert.Single(turn.Warnings).Message);
        turn = await road.RunAsync(content.Remove(12, 1));
        Assert.Equal(new string('x', 500), (await road.ConversationAsync(turn.Conversation)).Title);
    }

    [Theory]
    [InlineData("@.help;")]
    [InlineData("@.help tools")]
    public async Task Help_answers_without_a_model(string content)
    {
        await using var road = await RoadAsync();
        var turn = await road.RunAsync(content);
        Assert.Contains("| `tools.activate names…` |", turn.Answer);
        Assert.Equal(content == "@.help;", turn.Answer.Contains("params.temp", StringComparison.Ordinal));
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task Examples_and_help_have_the_marks_that_hold_here()
    {
        await using var road = await RoadAsync(builder => builder.Services.Configure<TriggerOptions>(options => (options.Start, options.End) = ("#!", "!!")));
        Assert.Contains("| `#!params.temp 0.2!!` |", (await road.RunAsync("#!help params!!")).Answer);
        var parser = road.Get<Turnpike.Triggers.Parsing.TriggerParser>();
        Assert.All(road.Get<TriggerCatalog>().Entries, entry => Assert.True(Assert.Single(parser.Parse(entry.Example).Triggers).IsAccepted, entry.Example));
    }

    [Fact]
    public async Task Every_example_of_the_catalog_is_a_trigger()
    {
        await using var road = await RoadAsync();
        var parser = road.Get<Turnpike.Triggers.Parsing.TriggerParser>();
        Assert.All(road.Get<TriggerCatalog>().Entries, entry =>
        {
            var trigger = Assert.Single(parser.Parse(entry.Example).Triggers);
            Assert.True(trigger.IsAccepted && trigger.Name == $"{entry.Namespace}.{entry.Method}", entry.Example);
        });
    }
}
