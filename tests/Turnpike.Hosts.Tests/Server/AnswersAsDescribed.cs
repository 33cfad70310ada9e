using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Answers have the form that the OpenAPI document gives them: what it requires is there, what is there is told of, and each of its kind.</summary>
public sealed class AnswersAsDescribed
{
    private const string Old = """{"version":1,"conversations":[{"id":"c1","title":"Trip"}],"interactions":[{"id":"i1","conversationId":"c1","index":0,"type":"message.user_assistant","status":"COMPLETED","prompt":{"content":"Hi"},"response":"Hello."}]}""";

    [Fact]
    public async Task Answers_fit_the_document()
    {
        await using var server = new RunningServer();
        var api = await DescribedApi.OfAsync(server);
        var guide = new { key = "guide", messages = new[] { new { role = "user", content = "See {{city}}." } }, variables = new[] { new { name = "city", @default = "Oslo" } } };
        await api.AskAsync("POST /api/prompts", "/api/prompts", guide);
        await api.AskAsync("PUT /api/prompts/{key}", "/api/prompts/guide", new { guide.key, messages = new[] { new { role = "user", content = "Go to {{city}}." } }, guide.variables, tags = new[] { "trips" } });
        await api.AskAsync("GET /api/prompts/{key}/versions/{a}/diff/{b}", "/api/prompts/guide/versions/1/diff/2");
        foreach (var part in (string[])["versions", "labels"]) await api.AskAsync("GET /api/prompts/{key}/" + part, "/api/prompts/guide/" + part);
        await api.AskAsync("POST /api/rules", "/api/rules", new { name = "brief", content = "Be brief." });
        var turn = await api.AskAsync("POST /api/turns", "/api/turns", new { prompt = guide, content = "@.params.temp 0.2; What is new?", rules = new[] { "brief" }, resources = new[] { new { kind = "text", title = "notes", text = "Boats." } } });
        var (id, conversation) = (turn.GetProperty("id").GetString(), turn.GetProperty("conversation").GetString());
        await api.AskAsync("POST /api/turns", "/api/turns", new { content = "Hello" });
        await api.AskAsync("POST /api/turns", "/api/turns", new { prompt = "guide", content = "Hello" });
        await api.AskAsync("POST /api/turns/{id}/edit/preview", $"/api/turns/{id}/edit/preview", new { content = "What else is new?" });
        await api.AskAsync("POST /api/turns/{id}/regenerate", $"/api/turns/{id}/regenerate", new { });
        foreach (var part in (string[])["", "/trace", "/request"]) await api.AskAsync("GET /api/turns/{id}" + part, $"/api/turns/{id}{part}");
        await api.AskAsync("POST /api/turns/preview", "/api/turns/preview", new { prompt = "guide", content = "@.params.temp 0.2; Hi", resources = new[] { new { kind = "text", text = "Boats." } } });
        await api.AskAsync("GET /api/prompts/{key}/turns", "/api/prompts/guide/turns");
        await api.AskAsync("GET /api/conversations/{id}", $"/api/conversations/{conversation}");
        Assert.Equal(2, (await api.AskAsync("GET /api/conversations/{id}/turns", $"/api/conversations/{conversation}/turns?branches=true")).GetProperty("data")[0].GetProperty("siblings").GetArrayLength());
        foreach (var list in (string[])["conversations", "prompts", "rules", "tags", "projects", "files", "models", "tools", "triggers", "usage"]) await api.AskAsync("GET /api/" + list, "/api/" + list);
        await api.AskAsync("POST /api/triggers/complete", "/api/triggers/complete", new { text = "@.params.te" });
        for (var time = 0; time < 2; time++) await api.AskAsync("POST /api/conversations/import", "/api/conversations/import", JsonElement.Parse(Old));
        await api.AskAsync("POST /api/tools/{name}/call", "/api/tools/calculate/call", new { arguments = new { expression = "6*7" } });
        await api.AskAsync("POST /api/tools/servers", "/api/tools/servers", new { name = "far", url = "http://127.0.0.1:9/mcp" });
        await api.AskAsync("GET /api/tools/servers", "/api/tools/servers");
        await api.AskAsync("POST /api/tools/servers/{name}/test", "/api/tools/servers/far/test");
        await api.EventsAsync(id!);
        await api.AskAsync("POST /api/keys", "/api/keys", new { name = "admin", scopes = new[] { "admin" } });
    }

    [Fact]
    public async Task A_turn_that_waits_fits_the_document_and_so_do_its_events()
    {
        await using var server = new RunningServer();
        var api = await DescribedApi.OfAsync(server);
        var turn = await api.AskAsync("POST /api/turns", "/api/turns", new { model = "builtin/echo", content = "call book {\"city\":\"Rome\"}", clientTools = new[] { new { name = "book" } } });
        var call = turn.GetProperty("openCalls")[0];
        Assert.Equal(("waiting", "client", """{"city":"Rome"}"""), (turn.GetProperty("status").GetString(), call.GetProperty("kind").GetString(), call.GetProperty("arguments").GetString()));
        var id = turn.GetProperty("id").GetString()!;
        await api.AskAsync("POST /api/turns/{id}/tool-results", $"/api/turns/{id}/tool-results", new { callId = call.GetProperty("callId").GetString(), output = new { booked = true } });
        Assert.Contains("tool.result", await api.EventsAsync(id));
    }

    [Fact]
    public async Task Keys_are_listed_as_the_document_says()
    {
        await using var server = new RunningServer();
        var api = await DescribedApi.OfAsync(server);
        var made = await api.AskAsync("POST /api/keys", "/api/keys", new { name = "admin", scopes = new[] { "admin" }, limits = new { costPerDay = 2 } });
        server.Client.DefaultRequestHeaders.Add("x-api-key", made.GetProperty("key").GetString());
        await api.AskAsync("GET /api/keys", "/api/keys");
        await api.AskAsync("GET /api/me", "/api/me");
        await api.AskAsync("GET /api/keys/{id}", "/api/keys/" + made.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("POST /api/turns", """{"prompt":"guide@2","content":"Hi"}""")]
    [InlineData("POST /api/turns", """{"prompt":{"id":"guide"},"content":"Hi"}""")]
    [InlineData("POST /api/turns", """{"prompt":{"id":"guide","version":3,"overlay":{"model":"builtin/echo"}},"parameters":{"temperature":null}}""")]
    [InlineData("POST /api/turns", """{"prompt":{"messages":[{"role":"user","content":"Hi"}]},"resources":[{"kind":"text","text":"Boats."}]}""")]
    [InlineData("POST /api/turns", """{"prompt":{"id":"pmpt_1","key":"guide","version":3,"body":"Hi"}}""")]
    [InlineData("POST /api/turns/{id}/tool-results", """{"callId":"c","output":1}""")]
    [InlineData("POST /api/turns/{id}/tool-results", """[{"callId":"c","output":1}]""")]
    [InlineData("POST /api/turns/{id}/tool-results", """{"results":[{"callId":"c","output":1}]}""")]
    [InlineData("PATCH /api/keys/{id}", """{"settings":{"toolApproval":null,"storeChat":null},"limits":{"costPerMonth":100,"requestsPerMinute":null}}""")]
    [InlineData("PATCH /api/keys/{id}", """{"settings":{"toolApproval":{"mail*":null}}}""")]
    [InlineData("PUT /api/prompts/{key}/tests", """{"labels":["production"],"cases":[{"name":"names the city","content":"Where am I?","expect":[{"contains":"Oslo"}]}]}""")]
    public async Task What_may_be_sent_fits_the_document(string route, string body)
    {
        await using var server = new RunningServer();
        Assert.Equal([], (await DescribedApi.OfAsync(server)).FaultsOf(route, JsonElement.Parse(body)));
    }

    [Fact]
    public async Task What_is_answered_may_grow_and_what_is_sent_is_closed()
    {
        await using var server = new RunningServer();
        var document = await server.GetJsonAsync("/openapi/v1.json");
        var schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (var name in (string[])["Prompt", "Project", "Rule", "Tag", "PromptTests", "ToolServer"])
        {
            Assert.False(schemas.GetProperty(name).TryGetProperty("additionalProperties", out _), name);
            Assert.False(schemas.GetProperty("Given" + name).GetProperty("additionalProperties").GetBoolean(), name);
        }
        Assert.Superset(new HashSet<string?> { "key", "messages", "variables" }, Required("Prompt"));
        Assert.Superset(new HashSet<string?> { "inputTokens", "outputTokens", "estimated" }, Required("TurnUsage"));
        Assert.Superset(new HashSet<string?> { "id", "status", "usage", "warnings", "messages" }, Required("Turn"));
        Assert.Superset(new HashSet<string?> { "request", "tokens", "warnings" }, Required("TurnPreview"));
        Assert.DoesNotContain("key", Required("GivenPrompt"));
        var paths = document.GetProperty("paths");
        foreach (var path in (string[])["conversations/{id}/fork", "conversations/{id}/compact", "turns/{id}/regenerate", "turns/{id}/retry", "prompts/{key}/draft/publish", "prompts/export", "prompts/{key}/tests/run"])
            Assert.False(paths.GetProperty("/api/" + path).GetProperty("post").GetProperty("requestBody").TryGetProperty("required", out var required) && required.GetBoolean(), path);
        Assert.Equal("boolean", paths.GetProperty("/api/conversations/{id}/turns").GetProperty("get").GetProperty("parameters").EnumerateArray().Single(parameter => parameter.GetProperty("name").GetString() == "branches").GetProperty("schema").GetProperty("type").GetString());
        foreach (var (path, type) in new[] { ("prompts/{key}/export", "text/x-dotprompt"), ("conversations/{id}/export", "text/markdown"), ("audit", "application/x-ndjson"), ("schemas/prompt", "application/schema+json") })
            Assert.True(paths.GetProperty("/api/" + path).GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty(type, out _), path);

        HashSet<string?> Required(string name) => schemas.GetProperty(name).TryGetProperty("required", out var names) ? [.. names.EnumerateArray().Select(one => one.GetString())] : [];
    }
}
