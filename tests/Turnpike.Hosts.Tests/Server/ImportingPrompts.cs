using System.Net;
using System.Text;
using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Prompts of other systems, with a line of the report for each.</summary>
public sealed class ImportingPrompts
{
    private const string OpenAI = """
        {"id":"pmpt_68abc","name":"City Guide","version":"3","instructions":"You guide people in {{city}}.","messages":[{"role":"user","content":[{"type":"input_text","text":"Tone: {{tone}}"}]}],
         "variables":{"city":null,"tone":"warm"},"model":"gpt-5","temperature":0.3,"max_output_tokens":500,"reasoning":{"effort":"low"},"text":{"verbosity":"high"},"tools":[{"type":"web_search"}]}
        """;

    private const string Matrx = """
        {"prompts":[{"id":"row-1","name":"Trip","description":"Plans","messages":[{"role":"system","content":"Plan {{days}} days, {{pace}}, {{food}}, {{extras}}, {{kids}}, {{note}}."}],"tags":["travel"],"category":"fun",
         "variable_defaults":[{"name":"days","defaultValue":3,"customComponent":{"type":"number","min":1,"max":9,"step":1},"helpText":"How long"},{"name":"pace","defaultValue":"slow","customComponent":{"type":"radio","options":["slow","fast"],"allowOther":true}},
          {"name":"food","defaultValue":"Vegan","customComponent":{"type":"toggle","toggleValues":["Anything","Vegan"]}},{"name":"extras","customComponent":{"type":"checkbox","options":["spa","golf"]}},{"name":"kids","defaultValue":false,"customComponent":{"type":"toggle"}},{"name":"note","required":true}],
         "settings":{"model_id":"m-77","temperature":0.5,"max_tokens":90,"stop_sequences":["END"],"internal_web_search":true,"api_key":"sk-hidden"}}]}
        """;

    private const string Langfuse = """
        {"name":"support/answer","version":4,"type":"chat","prompt":[{"role":"system","content":"Help {{customer}}."},{"type":"placeholder","name":"chat_history"},{"role":"user","content":"{{question}}"}],
         "config":{"model":"openai/gpt-5","temperature":0.1,"team":"blue"},"labels":["production","latest"],"tags":["support"],"commitMessage":"Shorter"}
        """;

    private const string LiteChat = """
        {"version":1,"exportedAt":"2025-01-01T00:00:00Z","promptTemplates":[
         {"id":"t1","name":"Rewrite","description":"","variables":[{"name":"style","type":"string","required":true,"description":"How"},{"name":"times","type":"number","default":2}],"prompt":"Rewrite {{ style }} {{ times }}","tags":["x"],"tools":[],"rules":[],"type":"prompt","followUps":[],"isShortcut":false,"isPublic":true},
         {"id":"a1","name":"Agent","variables":[],"prompt":"You are an agent.","tags":[],"tools":["current_time"],"rules":[],"type":"agent"},
         {"id":"k1","name":"Task","variables":[],"prompt":"Do it.","tags":[],"tools":[],"rules":[],"type":"task","parentId":"a1"},
         {"id":"e1","name":"Empty","variables":[],"prompt":"","tags":[],"tools":[],"rules":[],"type":"prompt"}]}
        """;

    private const string Prompty = """
        ---
        name: Haiku
        description: Writes one
        model: { id: openai/gpt-5, options: { temperature: 0.4 }, connection: { api_key: sk-hidden } }
        inputs: { topic: { type: string, default: rain }, key: "${env:KEY}" }
        ---
        system:
        You write haiku. {{key}}
        user:
        {% if topic %}About {{topic}}{% endif %}
        """;

    [Fact]
    public async Task Labels_that_were_left_are_told_until_they_stand_there()
    {
        await using var server = new RunningServer();
        const string Left = "labels not moved: production. They move when the import is asked to (labels=true, --labels)";
        foreach (var query in (string[])["?dryRun=true", "", ""])
        {
            var items = (await server.JsonAsync(await server.SendAsync(HttpMethod.Post, "/api/prompts/import" + query, Langfuse))).GetProperty("items");
            Assert.Contains(Left, items[0].GetProperty("details").EnumerateArray().Select(detail => detail.GetString()));
        }
        await server.SendAsync(HttpMethod.Post, "/api/prompts/import?labels=true", Langfuse);
        var last = (await server.JsonAsync(await server.SendAsync(HttpMethod.Post, "/api/prompts/import", Langfuse))).GetProperty("items");
        Assert.DoesNotContain(Left, last[0].GetProperty("details").EnumerateArray().Select(detail => detail.GetString()));
    }

    [Fact]
    public async Task A_stored_prompt_of_OpenAI_keeps_its_id_and_runs_by_it()
    {
        await using var server = new RunningServer();
        var item = (await ImportAsync(server, OpenAI, "openai")).Items[0];
        Assert.Equal(("prompt", "City Guide", "changed", "city-guide", "pmpt_68abc", 1), (Text(item, "kind"), Text(item, "from"), Text(item, "outcome"), Text(item, "id"), Text(item, "importedFrom"), item.GetProperty("version").GetInt32()));
        Assert.Contains("tool web_search: left out", item.GetProperty("details")[0].GetString(), StringComparison.Ordinal);
        var prompt = await server.GetJsonAsync("/api/prompts/pmpt_68abc");
        Assert.Equal(("openai/gpt-5", 0.3, 500, "low", "high"), (Text(prompt, "model"), prompt.GetProperty("parameters").GetProperty("temperature").GetDouble(), prompt.GetProperty("parameters").GetProperty("maxOutputTokens").GetInt32(), Text(prompt.GetProperty("parameters"), "reasoningEffort"), Text(prompt.GetProperty("parameters"), "verbosity")));
        await server.TurnAsync(new { prompt = new { id = "pmpt_68abc", overlay = new { model = "test/model" } }, variables = new { city = "Rome" } });
        Assert.Equal(["system: You guide people in Rome.", "user: Tone: warm"], server.Model.Last.Transcript);
        Assert.Equal("variable_missing", (await server.RefusedAsync(server.PostAsync("/api/turns", new { prompt = new { id = "pmpt_68abc", overlay = new { model = "test/model" } } }))).Code);
    }

    [Theory]
    [InlineData("name: Kernel\ntemplate: Go.\n", HttpStatusCode.BadRequest)]
    [InlineData("---\nname: kernel\n---\nGo.\n", HttpStatusCode.OK)]
    public async Task YAML_alone_is_no_prompt(string body, HttpStatusCode status)
    {
        await using var server = new RunningServer();
        using var content = new StringContent(body, Encoding.UTF8, "application/yaml");
        using var answer = await server.Client.PostAsync(new Uri("/api/prompts/import?key=kernel", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? 1 : 0, await KeptAsync(server));
    }

    [Fact]
    public async Task Each_component_of_AI_Matrx_becomes_a_type_and_unknown_settings_are_listed()
    {
        await using var server = new RunningServer();
        var item = (await ImportAsync(server, Matrx, "matrx")).Items[0];
        var details = item.GetProperty("details").EnumerateArray().Select(one => one.GetString()!).ToArray();
        Assert.Equal(["settings.api_key: left out, secrets are not imported", "settings.internal_web_search: left out, it is not known here", "settings.model_id m-77: kept as metadata, choose a model here"], details.Order(StringComparer.Ordinal));
        var prompt = await server.GetJsonAsync("/api/prompts/trip");
        Assert.DoesNotContain("sk-hidden", prompt.GetRawText() + item.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["days number number", "pace enum radio", "food enum toggle", "extras list checkbox", "kids boolean toggle", "note text textarea"], prompt.GetProperty("variables").EnumerateArray().Select(one => $"{Text(one, "name")} {(one.TryGetProperty("type", out var type) ? type.GetString() : "string")} {Text(one, "input")}"));
        Assert.Equal("""["travel","fun"]""", prompt.GetProperty("tags").GetRawText());
        await server.TurnAsync(new { prompt = "trip", content = "Go", variables = new { note = "n", extras = new[] { "spa" } } });
        Assert.StartsWith("system: Plan 3 days, slow, Vegan, ", server.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.Equal((0.5f, 90, "END"), (server.Model.Last.Options.Temperature, server.Model.Last.Options.MaxOutputTokens, Assert.Single(server.Model.Last.Options.StopSequences!)));
    }

    [Fact]
    public async Task A_placeholder_of_Langfuse_takes_messages_and_its_labels_move_only_if_asked()
    {
        await using var server = new RunningServer();
        var first = await ImportAsync(server, Langfuse, "langfuse");
        Assert.Equal("""["v4"]""", first.Items[0].GetProperty("labels").GetRawText()); // the number that it had there
        Assert.Equal(1, (await server.GetJsonAsync("/api/prompts/support%2Fanswer/labels")).GetProperty("data").GetArrayLength());
        using (var again = await server.SendAsync(HttpMethod.Post, "/api/prompts/import?labels=true", Langfuse)) Assert.Equal("""["production","v4"]""", (await server.JsonAsync(again)).GetProperty("items")[0].GetProperty("labels").GetRawText());
        var prompt = await server.GetJsonAsync("/api/prompts/support%2Fanswer?label=production");
        Assert.Equal(("Shorter", "blue"), (Text(prompt, "note"), Text(prompt.GetProperty("metadata"), "team")));
        await server.TurnAsync(new { prompt = new { id = "support/answer", overlay = new { model = "test/model" } }, variables = new { customer = "Ada", question = "Why?", chat_history = new[] { new { role = "user", content = "One" }, new { role = "assistant", content = "1" } } } });
        Assert.Equal(["system: Help Ada.", "user: One", "assistant: 1", "user: Why?"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Versions_of_Langfuse_that_come_newest_first_are_saved_in_their_order_and_only_once()
    {
        static object Version(int number) => new { name = "support/answer", version = number, type = "text", prompt = $"Say {number}.", labels = number == 2 ? new[] { "production" } : [] };
        await using var server = new RunningServer();
        var file = JsonSerializer.Serialize(new { data = new[] { Version(10), Version(9), Version(2) } });
        using (var first = await server.SendAsync(HttpMethod.Post, "/api/prompts/import?labels=true", file))
            Assert.Equal(["support/answer v10 3", "support/answer v9 2", "support/answer v2 1"], (await server.JsonAsync(first)).GetProperty("items").EnumerateArray().Select(item => $"{Text(item, "from")} {item.GetProperty("version").GetInt32()}"));
        foreach (var (version, says) in new[] { (1, "Say 2."), (2, "Say 9."), (3, "Say 10.") })
            Assert.Equal(says, Text((await server.GetJsonAsync($"/api/prompts/support%2Fanswer?version={version}")).GetProperty("messages")[0], "content"));
        Assert.Equal(1, (await server.GetJsonAsync("/api/prompts/support%2Fanswer")).GetProperty("version").GetInt32());

        var again = await ImportAsync(server, file, "langfuse");
        Assert.All(again.Items, item => Assert.Equal("skipped", Text(item, "outcome")));
        Assert.Equal(3, (await server.GetJsonAsync("/api/prompts/support%2Fanswer?version=latest")).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Templates_of_LiteChat_keep_their_placeholders_and_a_task_has_its_agents_tools()
    {
        await using var server = new RunningServer();
        var report = await ImportAsync(server, LiteChat, "litechat");
        Assert.Equal(["rewrite changed", "agent imported", "task changed", " skipped"], report.Items.Select(item => $"{(item.TryGetProperty("id", out var id) ? id.GetString() : "")} {Text(item, "outcome")}"));
        Assert.Equal("It has no text.", report.Items[3].GetProperty("details")[0].GetString());
        await server.TurnAsync(new { prompt = "rewrite", variables = new { style = "kindly" } });
        Assert.Equal(["user: Rewrite kindly 2"], server.Model.Last.Transcript);
        await server.TurnAsync(new { prompt = "agent", content = "Hi" });
        Assert.Equal(["system: You are an agent.", "user: Hi"], server.Model.Last.Transcript);
        await server.TurnAsync(new { prompt = "task" });
        Assert.Equal(["user: Do it."], server.Model.Last.Transcript);
        Assert.Equal(["current_time"], server.Model.Last.Tools);
    }

    [Fact]
    public async Task Prompty_is_read_without_its_connection_and_environment()
    {
        await using var server = new RunningServer();
        var item = (await ImportAsync(server, Prompty, "prompty")).Items[0];
        var details = string.Join('\n', item.GetProperty("details").EnumerateArray().Select(one => one.GetString()));
        Assert.Contains("connections are not imported", details, StringComparison.Ordinal);
        Assert.Contains("from the environment", details, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-hidden", item.GetRawText(), StringComparison.Ordinal);
        await server.TurnAsync(new { prompt = new { id = "haiku", overlay = new { model = "test/model" } } });
        Assert.Equal(["system: You write haiku. ", "user: About rain"], server.Model.Last.Transcript);
        Assert.Equal(0.4f, server.Model.Last.Options.Temperature);
    }

    [Theory]
    [InlineData(OpenAI)]
    [InlineData(Matrx)]
    [InlineData(Langfuse)]
    [InlineData(LiteChat)]
    [InlineData(Prompty)]
    public async Task A_dry_run_keeps_nothing_and_importing_twice_makes_nothing_new(string file)
    {
        await using var server = new RunningServer();
        using var tried = await server.SendAsync(HttpMethod.Post, "/api/prompts/import?dryRun=true", file);
        var dry = await server.JsonAsync(tried);
        Assert.Equal((true, 0), (dry.GetProperty("dryRun").GetBoolean(), await KeptAsync(server)));
        var first = await ImportAsync(server, file, null);
        Assert.Equal(dry.GetProperty("items").EnumerateArray().Select(Line), first.Items.Select(Line));
        var kept = await KeptAsync(server);
        var second = await ImportAsync(server, file, null);
        Assert.Equal((0, kept), (second.Report.GetProperty("imported").GetInt32(), await KeptAsync(server)));
        Assert.All(second.Items, item => Assert.Equal("skipped", Text(item, "outcome")));
        Assert.StartsWith("it is here already, as ", second.Items[0].GetProperty("details")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(first.Items[0].GetProperty("id").GetString(), second.Items[0].GetProperty("id").GetString());

        static string Line(JsonElement item) => $"{Text(item, "from")} {Text(item, "outcome")} {item.GetProperty("details").GetRawText()}";
    }

    [Fact]
    public async Task All_prompts_go_out_as_one_file_and_come_in_elsewhere()
    {
        await using var one = new RunningServer();
        await one.CurlAsync("/api/prompts", """{"key":"_house","messages":[{"role":"user","content":"Be kind."}]}""");
        await one.CurlAsync("/api/prompts", """{"key":"guide","messages":[{"role":"system","content":"{{> house}} {{city}}"}],"variables":[{"name":"city"}]}""");
        using var exported = await one.SendAsync(HttpMethod.Post, "/api/prompts/export");
        var bundle = await exported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await using var other = new RunningServer();
        Assert.Equal(2, (await ImportAsync(other, bundle, "turnpike")).Report.GetProperty("imported").GetInt32());
        Assert.Equal((await one.GetJsonAsync("/api/prompts/guide")).GetProperty("hash").GetString(), (await other.GetJsonAsync("/api/prompts/guide")).GetProperty("hash").GetString());

        var newer = await other.RefusedAsync(other.SendAsync(HttpMethod.Post, "/api/prompts/import", """{"format":"turnpike.prompts","version":2,"prompts":[]}"""));
        Assert.Equal((400, "request_invalid"), (newer.Status, newer.Code));
        Assert.Contains("version 2", newer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1, 2", "no JSON")]
    [InlineData("{\"version\":2,\"promptTemplates\":[]}", "version 1 is read")]
    public async Task A_file_that_cannot_be_read_says_why(string file, string why)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/prompts/import", file));
        Assert.Equal("request_invalid", refused.Code);
        Assert.Contains(why, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protected_label_stays_and_the_report_says_so()
    {
        await using var server = new RunningServer();
        await ImportAsync(server, Langfuse, "langfuse");
        await server.SendAsync(HttpMethod.Put, "/api/prompts/support%2Fanswer/labels/production", """{"version":1,"protected":true}""");
        using var response = await server.SendAsync(HttpMethod.Post, "/api/prompts/import?labels=true", Langfuse.Replace("Help", "Serve", StringComparison.Ordinal));
        var item = (await server.JsonAsync(response)).GetProperty("items")[0];
        Assert.Equal((2, """["v4"]"""), (item.GetProperty("version").GetInt32(), item.GetProperty("labels").GetRawText()));
        Assert.Contains(item.GetProperty("details").EnumerateArray(), one => one.GetString()!.StartsWith("label production: not moved.", StringComparison.Ordinal));
    }

    private static async Task<int> KeptAsync(RunningServer server) => (await server.GetJsonAsync("/api/prompts")).GetProperty("data").EnumerateArray().Count(prompt => prompt.TryGetProperty("id", out _));

    private static async Task<(JsonElement Report, JsonElement[] Items)> ImportAsync(RunningServer server, string file, string? source)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/api/prompts/import", file);
        var report = await server.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, report.GetRawText());
        if (source is not null) Assert.Equal(source, Text(report, "source"));
        return (report, [.. report.GetProperty("items").EnumerateArray()]);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
