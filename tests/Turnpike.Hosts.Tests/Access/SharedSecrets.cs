using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Mcp;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A value that prompts share is secret as soon as one stored prompt says so, however another prompt declares its name and whatever becomes of the one that said it.</summary>
public sealed class SharedSecrets
{
    private const string Hidden = "S3CRETVALUE";
    private const string Global = Hidden + "-of-everybody";
    private const string Nearer = Hidden + "-of-the-project";

    private static readonly object Declaring = new { key = "sec", messages = new[] { new { role = "system", content = "X {{apiToken}}" } }, variables = new[] { new { name = "apiToken", type = "string", secret = true } } };

    private static async Task<RunningServer> ServerAsync(params (string, string)[] settings)
    {
        var server = new RunningServer(null, settings);
        foreach (var (method, path, body) in (IEnumerable<(HttpMethod, string, object)>)
        [
            (HttpMethod.Post, "/api/prompts", Declaring),
            (HttpMethod.Patch, "/api/variables/global", new { apiToken = Global }),
            (HttpMethod.Post, "/api/projects", new { id = "docs", name = "Docs", variables = new { apiToken = Nearer } }),
            (HttpMethod.Post, "/api/rules", new { name = "mind", content = "Mind {{apiToken}}", placement = "after", alwaysOn = true }),
        ])
        {
            using var made = await server.SendAsync(method, path, JsonSerializer.Serialize(body));
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        return server;
    }

    private static async Task<string> TextAsync(RunningServer server, string? key, HttpMethod method, string path, string? body = null)
    {
        using var response = await server.WithAsync(key, method, path, body);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"system","content":"X {{apiToken}}"}],"variables":[{"name":"apiToken","type":"text"}]}""", "X ")]
    [InlineData("""{"messages":[{"role":"system","content":"X {{apiToken}}"}],"variables":[{"name":"apiToken"}]}""", "X ")]
    [InlineData("""{"messages":[{"role":"system","content":"X {{apiToken}}"}],"variables":[{"name":"apiToken","type":"any"}]}""", "X ")]
    [InlineData("""{"messages":[{"role":"system","content":"X {{apiToken}}"}],"inferVariables":true}""", "X ")]
    [InlineData("""{"messages":[{"role":"system","content":"X {{json apiToken}}"}],"variables":[{"name":"apiToken","type":"text"}]}""", "X \"")]
    [InlineData("""{"id":"sec","overlay":{"variables":[{"name":"apiToken","secret":false}]}}""", "X ")]
    [InlineData("""{"messages":[{"role":"system","content":"Nothing of it."}]}""", null)]
    public async Task Reaches_the_model_and_is_shown_to_nobody_however_a_prompt_of_the_request_declares_it(string prompt, string? before)
    {
        await using var server = await ServerAsync();
        var key = (await server.KeyAsync("turns", Scopes.Turns)).Secret;
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var request = $$"""{"prompt":{{prompt}},"project":"docs","content":"x"}""";
        var preview = await TextAsync(server, key, HttpMethod.Post, "/api/turns/preview", request);
        Assert.DoesNotContain(Hidden, preview, StringComparison.Ordinal);
        Assert.Equal("•••", JsonDocument.Parse(preview).RootElement.GetProperty("variables").GetProperty("apiToken").GetProperty("value").GetString());

        var turn = JsonDocument.Parse(await TextAsync(server, key, HttpMethod.Post, "/api/turns", request)).RootElement;
        if (before is not null) Assert.StartsWith($"system: {before}{Nearer}", server.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.Equal($"user: x\n\nMind {Nearer}", server.Model.Last.Transcript[^1]);
        Assert.DoesNotContain(Hidden, turn.GetRawText(), StringComparison.Ordinal);
        var (id, conversation) = (turn.GetProperty("id").GetString(), turn.GetProperty("conversation").GetString());
        foreach (var path in (string[])[$"/api/turns/{id}", $"/api/turns/{id}/request", $"/api/turns/{id}/trace", $"/api/turns/{id}/events", $"/api/conversations/{conversation}", $"/api/conversations/{conversation}/variables", $"/api/conversations/{conversation}/export"])
            Assert.DoesNotContain(Hidden, await TextAsync(server, admin, HttpMethod.Get, path), StringComparison.Ordinal);
        Assert.Contains("•••", await TextAsync(server, key, HttpMethod.Get, $"/api/turns/{id}/request"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_told_by_an_error_the_state_of_a_conversation_or_a_face_that_renders_prompts()
    {
        await using var server = await ServerAsync();
        await server.PostAsync("/api/prompts", new { key = "plain", messages = new[] { new { role = "system", content = "P {{apiToken}}" } }, variables = new[] { new { name = "apiToken" } } });
        const string Misfit = """{"messages":[{"role":"system","content":"X {{apiToken}}"}],"variables":[{"name":"apiToken","type":"number"}]}""";
        foreach (var (path, body) in ((string, string)[])[("/api/turns/preview", "{\"content\":\"x\",\"prompt\":" + Misfit + "}"), ("/api/conversations", "{\"prompt\":" + Misfit + "}")])
        {
            using var refused = await server.SendAsync(HttpMethod.Post, path, body);
            var told = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("variable_invalid", told, StringComparison.Ordinal);
            Assert.DoesNotContain(Hidden, told, StringComparison.Ordinal);
        }
        using var started = await server.PostAsync("/api/conversations", new { prompt = "sec", variables = new { apiToken = Hidden + "-of-the-conversation" } });
        var conversation = (await server.JsonAsync(started)).GetProperty("id").GetString();
        using (var state = await server.CurlAsync("/api/turns/preview", $$$"""{"conversation":"{{{conversation}}}","prompt":{"messages":[{"role":"system","content":"S {{@state.apiToken}}"}]},"content":"x"}"""))
        {
            var shown = (await server.JsonAsync(state)).GetRawText();
            Assert.Contains("S •••", shown.Replace("\\u2022", "•", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain(Hidden, shown, StringComparison.Ordinal);
        }
        await server.TurnAsync(new { conversation, prompt = "plain", content = "x" }); // it is pinned to a prompt now that says nothing of secrets
        foreach (var path in (string[])["", "/export", "/variables"]) Assert.DoesNotContain(Hidden, await TextAsync(server, null, HttpMethod.Get, $"/api/conversations/{conversation}{path}"), StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, await TextAsync(server, null, HttpMethod.Get, "/api/conversations"), StringComparison.Ordinal);
        foreach (var name in (string[])["sec", "plain"])
        {
            var rendered = await TextAsync(server, null, HttpMethod.Get, $"/beta/litellm_prompt_management?prompt_id={name}&variables=" + Uri.EscapeDataString("{}"));
            Assert.Contains("•••", rendered.Replace("\\u2022", "•", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain(Hidden, rendered, StringComparison.Ordinal);
            var messages = (await new McpClientOf(server, modern: true).ResultAsync("prompts/get", (JsonObject)JsonNode.Parse($$$"""{"name":"{{{name}}}","arguments":{}}""")!)).ToJsonString();
            Assert.DoesNotContain(Hidden, messages, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Is_masked_for_a_hook_that_sees_drafts()
    {
        await using var hook = await FakeServer.StartAsync([.. Enumerable.Repeat(FakeServer.Json("{}"), 3)]);
        await using var server = await ServerAsync(("Turnpike:Hooks:0:Url", hook.Address + "/"), ("Turnpike:Hooks:0:At", "turn-finalize"));
        await server.TurnAsync(new { content = "x" });
        var told = Assert.Single(hook.Requests).Body;
        Assert.Contains("apiToken", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE", "/api/prompts/sec", null)]
    [InlineData("PUT", "/api/prompts/sec", """{"messages":[{"role":"system","content":"None."}]}""")]
    [InlineData("PUT", "/api/prompts/sec/labels/production", """{"version":1}""")]
    public async Task Stays_secret_when_its_prompt_is_archived_changed_or_another_version_is_the_default(string method, string path, string? body)
    {
        await using var server = new RunningServer();
        using (var first = await server.PostAsync("/api/prompts", new { key = "sec", messages = new[] { new { role = "system", content = "Before." } } })) Assert.Equal(201, (int)first.StatusCode);
        using (var second = await server.SendAsync(HttpMethod.Put, "/api/prompts/sec", JsonSerializer.Serialize(Declaring))) Assert.True(second.IsSuccessStatusCode);
        using (var set = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", JsonSerializer.Serialize(new { apiToken = Global }))) Assert.True(set.IsSuccessStatusCode);
        using (var done = await server.SendAsync(new(method), path, body)) Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("•••", (await server.GetJsonAsync("/api/variables/global")).GetProperty("apiToken").GetString());
        using (var other = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", """{"city":"Oslo"}""")) Assert.Equal("•••", (await server.JsonAsync(other)).GetProperty("apiToken").GetString());
        using var preview = await server.CurlAsync("/api/turns/preview", """{"prompt":{"messages":[{"role":"system","content":"X {{apiToken}}"}],"variables":[{"name":"apiToken","type":"text"}]},"content":"x"}""");
        Assert.DoesNotContain(Hidden, (await server.JsonAsync(preview)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_of_the_request_is_its_caller_s_own_where_the_prompt_says_that_it_is_plain()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Declaring);
        var turn = await server.TurnAsync(new { prompt = new { messages = new[] { new { role = "user", content = "On {{apiToken}}" } }, variables = new[] { new { name = "apiToken", type = "text" } } }, content = "x", variables = new { apiToken = "blue paint" } });
        Assert.Equal("user: On blue paint\n\nx", server.Model.Last.Transcript[^1]);
        Assert.Contains("On blue paint", turn.GetRawText(), StringComparison.Ordinal);
    }
}
