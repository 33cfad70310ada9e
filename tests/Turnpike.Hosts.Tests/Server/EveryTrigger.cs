using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Each trigger and each alias of the catalog, by the body of the request that reaches the provider, or by the row that is kept.</summary>
public sealed class EveryTrigger(TriggerRoad road) : IClassFixture<TriggerRoad>
{
    private const string Model = "\"model\":\"openai/test\"";

    /// <summary>Trigger, text, further members of the request, member of the body (dots between), and its JSON; null: it is not there.</summary>
    private static readonly (string Trigger, string Content, string More, string Path, string? Value)[] Rows =
    [
        ("tools.activate", "@.tools.activate webSearch; Hi", Model, "tools.*.function.name", """["webSearch"]"""),
        ("tools.deactivate", "@.tools.deactivate webSearch; Hi", Model + """,  "tools":["webSearch","calculator"]""", "tools.*.function.name", """["calculator"]"""),
        ("tools.only", "@.tools.only calculator; Hi", Model + """,  "tools":["webSearch"]""", "tools.*.function.name", """["calculator"]"""),
        ("tools.none", "@.tools.none; Hi", Model + """,  "tools":["webSearch"]""", "tools", null),
        ("tools.auto", "@.tools.auto; What is 2 + 2?", Model, "tools.*.function.name", """["calculator"]"""),
        ("tools.require", "@.tools.require webSearch; Hi", Model, "tool_choice.function.name", "\"webSearch\""),
        ("params.temp", "@.params.temp 0.2; Hi", Model, "temperature", "0.2"),
        ("params.top_p", "@.params.top_p 0.9; Hi", Model, "top_p", "0.9"),
        ("params.top_k", "@.params.top_k 40; Hi", Model, "top_k", "40"),
        ("params.tokens", "@.params.tokens 800; Hi", Model, "max_completion_tokens|max_tokens", "800"),
        ("params.presence", "@.params.presence 0.5; Hi", Model, "presence_penalty", "0.5"),
        ("params.frequency", "@.params.frequency -0.5; Hi", Model, "frequency_penalty", "-0.5"),
        ("params.seed", "@.params.seed 42; Hi", Model, "seed", "42"),
        ("params.stop", "@.params.stop \\\"END\\\"; Hi", Model, "stop", """["END"]"""),
        ("params.effort", "@.params.effort high; Hi", Model, "reasoning_effort", "\"high\""),
        ("params.verbosity", "@.params.verbosity low; Hi", Model, "verbosity", "\"low\""),
        ("params.reset", "@.params.reset temp; Hi", Model + """,  "parameters":{"temperature":0.7}""", "temperature", null),
        ("reasoning.on", "@.reasoning.on; Hi", Model, "reasoning_effort", "\"medium\""),
        ("reasoning.off", "@.reasoning.off; Hi", Model + """,  "parameters":{"reasoningEffort":"high"}""", "reasoning_effort", "\"none\""),
        ("model.use", "@.model.use openai/other; Hi", Model, "model", "\"other\""),
        ("rules.select", "@.rules.select brief; Hi", Model, "messages.*.content", """["BRIEF","Hi\n\nALWAYS"]"""),
        ("rules.deselect", "@.rules.deselect always; Hi", Model, "messages.*.content", """["Hi"]"""),
        ("rules.none", "@.rules.none; Hi", Model + """,  "rules":["brief"]""", "messages.*.content", """["Hi"]"""),
        ("rules.auto", "@.rules.auto; Hi", Model, "messages.*.content", """["KIND","Hi\n\nALWAYS"]"""),
        ("tags.select", "@.tags.select voice; Hi", Model, "messages.*.content", """["BRIEF","Hi\n\nALWAYS"]"""),
        ("tags.deselect", "@.tags.deselect voice; Hi", Model + """,  "rules":["brief","kind"]""", "messages.*.content", """["KIND","Hi\n\nALWAYS"]"""),
        ("vars.set", "@.vars.set language=French; Hi", Model + """,  "prompt":"translate","variables":{"language":"Dutch"}""", "messages.*.content", """["Translate to French: Hi\n\nALWAYS"]"""),
        ("prompt.use", "@.prompt.use translate language=French; @.rules.none; Hi", Model, "messages.*.content", """["Translate to French: Hi"]"""),
        ("template.use", "@.template.use translate language=French; @.rules.none; Hi", Model, "messages.*.content", """["Translate to French: Hi"]"""),
        ("agent.use", "@.agent.use reviewer tone=kind; Hi", "\"variables\":{}", "messages.*.content", """["You review. Be kind.\n\nKIND","Hi\n\nALWAYS"]"""),
        ("agent.use", "@.agent.use reviewer; Hi", "\"variables\":{}", "model", "\"critic\""),
        ("agent.use", "@.agent.use reviewer; Hi", "\"variables\":{}", "temperature", "0.1"),
        ("agent.use", "@.agent.use reviewer; @.params.temp 0.9; Hi", Model, "temperature", "0.9"),
        ("agent.use", "@.agent.use reviewer; Hi", Model, "tools.*.function.name", """["calculator"]"""),
        ("agent.clear", "@.agent.use reviewer; @.agent.clear; Hi", Model, "messages.*.content", """["Hi\n\nALWAYS"]"""),
        ("system.set", "@.system.set \\\"Be brief.\\\"; Hi", Model + """,  "prompt":{"messages":[{"role":"system","content":"Be kind."}]}""", "messages.0.content", "\"Be brief.\""),
        ("system.append", "@.system.append \\\"Be brief.\\\"; Hi", Model + """,  "prompt":{"messages":[{"role":"system","content":"Be kind."}]}""", "messages.0.content", """
            "Be kind.\n\nBe brief."
            """),
        ("resource.add", "@.resource.add \\\"data:image/png;base64,AAAA\\\"; Hi", Model, "messages.0.content.1.image_url.url", "\"data:image/png;base64,AAAA\""),
        ("file.attach", "@.file.attach \\\"data:image/png;base64,AAAA\\\"; Hi", Model, "messages.0.content.1.image_url.url", "\"data:image/png;base64,AAAA\""),
        ("vfs.add", "@.vfs.add \\\"data:image/png;base64,AAAA\\\"; Hi", Model, "messages.0.content.1.image_url.url", "\"data:image/png;base64,AAAA\""),
        ("resource.drop", "@.resource.drop notes; Hi", Model + """,  "resources":[{"kind":"text","title":"notes","text":"secret"}]""", "messages.*.content", """["Hi\n\nALWAYS"]"""),
        ("schema.use", "@.schema.use invoice; Hi", Model, "response_format.json_schema.schema.required", """["total"]"""),
        ("search.on", "@.search.on; Hi", Model, "web_search_options", "{}"),
        ("race.models", "@.race.models openai/one, openai/two; Hi", Model, "messages.*.content", """["Hi\n\nALWAYS"]"""),
        ("search.off", "@.search.off; Hi", Model + """,  "tools":["webSearch"],"parameters":{"webSearch":true}""", "web_search_options", null),
        ("search.off", "@.search.off; Hi", Model + """,  "tools":["webSearch"]""", "tools", null),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Changes_what_the_provider_is_sent(int number)
    {
        var (trigger, content, more, path, value) = Rows[number];
        var (body, turn) = await road.RunAsync($$"""{"content":"{{content}}",{{more}}}""");
        Assert.True(value is null ? At(body, path) is null : At(body, path) is { } found && JsonElement.DeepEquals(JsonElement.Parse(value), found), $"{content}: {path} is {At(body, path)} in {body}");
        Assert.Contains(turn.GetProperty("triggers").EnumerateArray(), one => one.GetProperty("outcome").GetString() == "applied");
        Assert.DoesNotContain("@.", body.ToString(), StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(trigger));
    }

    [Fact]
    public async Task Title_set_names_the_kept_conversation()
    {
        var (body, turn) = await road.RunAsync($$"""{"content":"@.title.set Trip to Lisbon; Hi",{{Model}}}""");
        var conversation = await road.Server.GetJsonAsync("/api/conversations/" + turn.GetProperty("conversation").GetString());
        Assert.Equal(("Trip to Lisbon", """["Hi\n\nALWAYS"]"""), (conversation.GetProperty("title").GetString(), At(body, "messages.*.content")?.GetRawText()));
    }

    [Theory]
    [InlineData("@.help tools;")]
    [InlineData("@.help.show tools;")]
    public async Task Help_show_answers_without_asking_the_provider(string content)
    {
        var before = road.Asked;
        var (_, turn) = await road.RunAsync($$"""{"content":"{{content}}",{{Model}}}""");
        Assert.Contains("| `tools.activate names…` |", turn.GetProperty("answer").GetString());
        Assert.Equal(before, road.Asked);
    }

    /// <summary>A setting typed with <c>!</c>: the text, further members of its request, and what the next turn of the conversation sends.</summary>
    private static readonly (string Content, string More, string Path, string? Value)[] Sticky =
    [
        ("@.tools.activate! webSearch; One", Model, "tools.*.function.name", """["webSearch"]"""),
        ("@.tools.activate! webSearch calculator; @.tools.deactivate! webSearch; One", Model, "tools.*.function.name", """["calculator"]"""),
        ("@.tools.only! calculator; One", Model, "tools.*.function.name", """["calculator"]"""),
        ("@.tools.activate! webSearch; @.tools.none!; One", Model, "tools", null),
        ("@.tools.auto!; One", Model, "tools.*.function.name", """["calculator"]"""),
        ("@.tools.require! webSearch; One", Model, "tool_choice.function.name", "\"webSearch\""),
        ("@.params.temp! 0.2; One", Model, "temperature", "0.2"),
        ("@.params.top_p! 0.9; One", Model, "top_p", "0.9"),
        ("@.params.top_k! 40; One", Model, "top_k", "40"),
        ("@.params.tokens! 800; One", Model, "max_completion_tokens|max_tokens", "800"),
        ("@.params.presence! 0.5; One", Model, "presence_penalty", "0.5"),
        ("@.params.frequency! -0.5; One", Model, "frequency_penalty", "-0.5"),
        ("@.params.seed! 42; One", Model, "seed", "42"),
        ("@.params.stop! \\\"END\\\"; One", Model, "stop", """["END"]"""),
        ("@.params.effort! high; One", Model, "reasoning_effort", "\"high\""),
        ("@.params.verbosity! low; One", Model, "verbosity", "\"low\""),
        ("@.params.temp! 0.2; @.params.reset! temp; One", Model, "temperature", null),
        ("@.reasoning.on!; One", Model, "reasoning_effort", "\"medium\""),
        ("@.reasoning.off!; One", Model, "reasoning_effort", "\"none\""),
        ("@.model.use! openai/other; One", Model, "model", "\"other\""),
        ("@.rules.select! brief; One", Model, "messages.0.content", "\"BRIEF\""),
        ("@.rules.deselect! always; One", Model, "messages.2.content", "\"Two\""),
        ("@.rules.none!; One", Model, "messages.2.content", "\"Two\""),
        ("@.rules.auto!; One", Model, "messages.0.content", "\"KIND\""),
        ("@.tags.select! voice; One", Model, "messages.0.content", "\"BRIEF\""),
        ("@.rules.select! brief; @.tags.deselect! voice; One", Model, "messages.0.role", "\"user\""),
        ("@.vars.set! tone=kind; One", Model + ",\"prompt\":\"reviewer\"", "messages.0.content", "\"You review. Be kind.\\n\\nKIND\""),
        ("@.agent.use! reviewer tone=kind; One", Model, "messages.0.content", "\"You review. Be kind.\\n\\nKIND\""),
        ("@.agent.use! reviewer; @.params.tokens 5; One", Model, "temperature", "0.1"),
        ("@.system.set! \\\"Be brief.\\\"; One", Model, "messages.0.content", "\"Be brief.\""),
        ("@.system.append! \\\"Be brief.\\\"; One", Model, "messages.0.content", "\"Be brief.\""),
        ("@.resource.add! \\\"data:image/png;base64,AAAA\\\"; One", Model, "messages.2.content.1.image_url.url", "\"data:image/png;base64,AAAA\""),
        ("@.schema.use! invoice; One", Model, "response_format.json_schema.schema.required", """["total"]"""),
        ("@.search.on!; One", Model, "web_search_options", "{}"),
        ("@.search.on!; @.search.off!; One", Model, "web_search_options", null),
    ];

    public static TheoryData<int> StickyNumbers => [.. Enumerable.Range(0, Sticky.Length)];

    [Theory]
    [MemberData(nameof(StickyNumbers))]
    public async Task A_sticky_one_holds_for_the_next_turn(int number)
    {
        var (content, more, path, value) = Sticky[number];
        var (_, first) = await road.RunAsync($$"""{"content":"{{content}}",{{more}}}""");
        Assert.All(first.GetProperty("triggers").EnumerateArray(), one => Assert.Equal("applied", one.GetProperty("outcome").GetString()));
        var (body, _) = await road.RunAsync($$"""{"conversation":"{{first.GetProperty("conversation").GetString()}}","content":"Two"{{(path == "model" ? "" : "," + Model)}}}""");
        Assert.True(value is null ? At(body, path) is null : At(body, path) is { } found && JsonElement.DeepEquals(JsonElement.Parse(value), found), $"{content}: {path} is {At(body, path)} in {body}");
    }

    [Fact]
    public async Task Resource_drop_with_its_mark_takes_a_resource_from_the_conversation()
    {
        var (with, first) = await road.RunAsync($$"""{"content":"One","resources":[{"kind":"text","title":"notes","text":"SECRET","policy":"sticky"}],{{Model}}}""");
        Assert.Contains("SECRET", with.ToString(), StringComparison.Ordinal);
        var conversation = first.GetProperty("conversation").GetString();
        foreach (var content in (string[])["@.resource.drop! notes; Two", "Three"])
        {
            var (body, _) = await road.RunAsync($$"""{"conversation":"{{conversation}}","content":"{{content}}",{{Model}}}""");
            Assert.DoesNotContain("SECRET", At(body, "messages")!.Value.EnumerateArray().Last().ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sticky_agent_leaves_with_agent_clear()
    {
        var (_, first) = await road.RunAsync("""{"content":"@.agent.use! reviewer; One"}""");
        var conversation = first.GetProperty("conversation").GetString();
        Assert.Equal("reviewer", first.GetProperty("agent").GetProperty("key").GetString());
        var (once, _) = await road.RunAsync($$"""{"conversation":"{{conversation}}","content":"@.agent.clear; Two","model":"openai/test"}""");
        Assert.Equal("user", At(once, "messages.0.role")?.GetString());
        var (again, _) = await road.RunAsync($$"""{"conversation":"{{conversation}}","content":"@.agent.clear!; Three","model":"openai/test"}""");
        Assert.Equal("user", At(again, "messages.0.role")?.GetString());
        var (last, _) = await road.RunAsync($$"""{"conversation":"{{conversation}}","content":"Four","model":"openai/test"}""");
        Assert.Equal("user", At(last, "messages.0.role")?.GetString());
    }

    [Fact]
    public async Task A_sticky_prompt_use_pins_the_conversation_to_that_prompt()
    {
        var (_, first) = await road.RunAsync($$"""{"content":"@.prompt.use! translate language=French; One",{{Model}}}""");
        var conversation = await road.Server.GetJsonAsync("/api/conversations/" + first.GetProperty("conversation").GetString());
        Assert.Equal("translate", conversation.GetProperty("prompt").GetProperty("key").GetString());
    }

    [Fact]
    public async Task Every_method_and_alias_of_the_catalog_has_a_row()
    {
        string[] elsewhere = ["title.set", "help.show"];
        var catalog = await road.Server.GetJsonAsync("/api/triggers");
        var names = catalog.EnumerateArray().SelectMany(one => one.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString()!).Prepend($"{one.GetProperty("namespace").GetString()}.{one.GetProperty("method").GetString()}"));
        Assert.Equal([], names.Except(Rows.Select(row => row.Trigger)).Except(elsewhere));
        Assert.All(Rows, row => Assert.Contains("@." + row.Trigger, row.Content, StringComparison.Ordinal));
        string[] once = ["title.set", "help.show", "race.models", "agent.clear", "prompt.use", "resource.drop"]; // the first three cannot stay; the others have tests of their own
        var methods = catalog.EnumerateArray().Select(one => $"{one.GetProperty("namespace").GetString()}.{one.GetProperty("method").GetString()}");
        Assert.Equal([], methods.Except(once).Where(name => !Sticky.Any(row => row.Content.Contains($"@.{name}!", StringComparison.Ordinal))));
    }

    /// <summary>The JSON at a path; <c>*</c> gathers from a list, <c>|</c> separates names of which one may be there.</summary>
    private static JsonElement? At(JsonElement json, string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var (name, rest) = dot < 0 ? (path, "") : (path[..dot], path[(dot + 1)..]);
        if (name == "*")
        {
            return json.ValueKind != JsonValueKind.Array ? null : JsonSerializer.SerializeToElement(json.EnumerateArray().Select(one => At(one, rest)));
        }
        JsonElement? found = null;
        if (json.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index)) found = index < json.GetArrayLength() ? json[index] : null;
        else if (json.ValueKind == JsonValueKind.Object) found = name.Split('|').Select(one => json.TryGetProperty(one, out var member) ? member : (JsonElement?)null).FirstOrDefault(member => member is not null);
        return found is null || rest.Length == 0 ? found : At(found.Value, rest);
    }
}
