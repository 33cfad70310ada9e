using System.Net.Http.Json;
using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Rules, tags, projects and variables by scope: kept over HTTP, seen by the model.</summary>
public sealed class KeepingSettings : IAsyncLifetime
{
    private readonly RunningServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<JsonElement> CreatedAsync(string path, object body)
    {
        var response = await _server.PostAsync(path, body);
        Assert.Equal(201, (int)response.StatusCode);
        var created = await _server.JsonAsync(response);
        Assert.Equal(created.ToString(), (await _server.GetJsonAsync(response.Headers.Location!.ToString())).ToString());
        return created;
    }

    private Task<HttpResponseMessage> PutAsync(string path, object body) => _server.Client.PutAsJsonAsync(path, body, Cancellation);

    private Task<HttpResponseMessage> PatchAsync(string path, object body) => _server.Client.PatchAsJsonAsync(path, body, Cancellation);

    [Fact]
    public async Task A_rule_is_created_applied_changed_and_deleted()
    {
        var rule = await CreatedAsync("/api/rules", new { name = "brief", content = "Be brief.", placement = "after", tags = new[] { "voice" } });
        var turn = await _server.TurnAsync(new { content = "Hi", rules = new[] { "tag:voice" } });
        Assert.Equal(["user: Hi\n\nBe brief."], _server.Model.Last.Transcript);
        var kept = turn.GetProperty("rules")[0];
        Assert.Equal((rule.GetProperty("id").GetString(), "brief", 64), (kept.GetProperty("id").GetString(), kept.GetProperty("name").GetString(), kept.GetProperty("hash").GetString()!.Length));

        Assert.Equal(200, (int)(await PutAsync("/api/rules/Brief", new { name = "brief", content = "Be very brief.", alwaysOn = true })).StatusCode);
        await _server.TurnAsync(new { content = "@.rules.deselect brief; Ho" });
        Assert.Equal(["user: Ho"], _server.Model.Last.Transcript);
        await _server.TurnAsync(new { content = "Ho" });
        Assert.Equal(["system: Be very brief.", "user: Ho"], _server.Model.Last.Transcript);

        Assert.Equal(204, (int)(await _server.Client.DeleteAsync("/api/rules/brief", Cancellation)).StatusCode);
        Assert.Empty((await _server.GetJsonAsync("/api/rules")).GetProperty("data").EnumerateArray());
        Assert.Equal((422, "rule_not_found"), await CodeAsync(_server.PostAsync("/api/turns", new { content = "Hi", rules = new[] { "brief" } })));
    }

    [Fact]
    public async Task A_variable_that_only_a_rule_uses_and_nobody_has_is_told_with_its_code()
    {
        await CreatedAsync("/api/rules", new { name = "house-style", content = "Write {{language}}." });
        var refused = await _server.RefusedAsync(_server.PostAsync("/api/turns", new { content = "x", rules = new[] { "house-style" } }));
        var fault = refused.Body.GetProperty("variables")[0];
        Assert.Equal(("variable_undefined", "language", "variable_undefined"), (refused.Code, fault.GetProperty("name").GetString(), fault.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("""{"name":"a"}""", 400, "request_invalid")]
    [InlineData("""{"name":" a","content":"x"}""", 400, "request_invalid")]
    [InlineData("""{"name":"tag:a","content":"x"}""", 400, "request_invalid")]
    [InlineData("""{"name":"..","content":"x"}""", 400, "request_invalid")]
    [InlineData("""{"name":"a/./b","content":"x"}""", 400, "request_invalid")]
    [InlineData("""{"name":"a","content":"x","tags":[".."]}""", 400, "request_invalid")]
    [InlineData("""{"name":"a","content":"x","placement":"middle"}""", 400, "request_invalid")]
    [InlineData("""{"name":"a","content":"{{#if}}"}""", 422, "template_invalid")]
    [InlineData("""{"name":"taken","content":"x"}""", 412, "version_conflict")]
    public async Task A_rule_that_cannot_be_kept_is_refused(string body, int status, string code)
    {
        await CreatedAsync("/api/rules", new { name = "Taken", content = "x" });
        Assert.Equal((status, code), await CodeAsync(_server.CurlAsync("/api/rules", body)));
    }

    [Theory]
    [InlineData("Hi {{#if x}}")]
    [InlineData("Hi {{role \"user\"}}")]
    public async Task A_fault_in_what_a_rule_says_is_placed_in_its_content(string content)
    {
        var refused = await _server.RefusedAsync(_server.PostAsync("/api/rules", new { name = "a", content }));
        Assert.Equal((422, "template_invalid", "content"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_tag_bundles_rules_from_both_sides()
    {
        await CreatedAsync("/api/rules", new { name = "a", content = "A" });
        await CreatedAsync("/api/tags", new { name = "voice", description = "How we speak", rules = new[] { "A" } });
        Assert.Equal("voice", (await _server.GetJsonAsync("/api/rules/a")).GetProperty("tags")[0].GetString());
        Assert.Equal(200, (int)(await PutAsync("/api/tags/voice", new { name = "voice" })).StatusCode);
        Assert.Equal(0, (await _server.GetJsonAsync("/api/rules/a")).GetProperty("tags").GetArrayLength());
        Assert.Equal((422, "rule_not_found"), await CodeAsync(PutAsync("/api/tags/voice", new { name = "voice", rules = new[] { "b" } })));
        Assert.Equal(204, (int)(await _server.Client.DeleteAsync("/api/tags/voice", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Of_those_who_make_a_tag_at_the_same_time_one_is_told_that_it_was_made()
    {
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => (int)(await _server.PostAsync("/api/tags", new { name = "once", description = $"{i}" })).StatusCode));
        Assert.Equal([201, 412, 412, 412, 412, 412, 412, 412], told.Order());
    }

    [Theory]
    [InlineData("rules")]
    [InlineData("projects")]
    public async Task Of_those_who_make_a_rule_or_a_project_of_one_id_at_the_same_time_one_is_told_that_it_was_made(string kind)
    {
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var response = await _server.PostAsync("/api/" + kind, kind == "rules" ? new { id = "once", name = $"n{i}", content = $"{i}" } : (object)new { id = "once", name = $"n{i}" });
            var body = await _server.JsonAsync(response);
            return (Status: (int)response.StatusCode, Said: response.IsSuccessStatusCode ? body.GetProperty("name").GetString() : $"{body.GetProperty("code").GetString()} {body.GetProperty("field").GetString()}");
        }));
        Assert.Equal(["version_conflict id"], told.Where(one => one.Status == 412).Select(one => one.Said).Distinct());
        var made = Assert.Single(told, one => one.Status == 201);
        Assert.Equal(made.Said, (await _server.GetJsonAsync($"/api/{kind}/once")).GetProperty("name").GetString());
        Assert.Equal(7, told.Count(one => one.Status == 412));
    }

    [Theory]
    [InlineData("rules", """{"name":"docs","content":"NEW"}""")]
    [InlineData("tags", """{"name":"docs","description":"NEW"}""")]
    public async Task A_rule_and_a_tag_are_saved_over_the_revision_that_was_read_or_not_at_all(string kind, string body)
    {
        using var made = await _server.SendAsync(HttpMethod.Post, "/api/" + kind, body);
        Assert.Equal((201, "\"1\""), ((int)made.StatusCode, made.Headers.ETag!.Tag));
        async Task<HttpResponseMessage> SaveAsync(string text, string? match) => await _server.SendAsync(HttpMethod.Put, $"/api/{kind}/docs", body.Replace("NEW", text, StringComparison.Ordinal), match is null ? [] : [("If-Match", match)]);
        foreach (var (text, match, tag) in ((string, string?, string)[])[("One", "\"1\"", "\"2\""), ("Two", null, "\"3\""), ("Three", "*", "\"4\"")])
        {
            using var saved = await SaveAsync(text, match);
            Assert.Equal((200, tag), ((int)saved.StatusCode, saved.Headers.ETag!.Tag));
        }
        foreach (var old in (string[])["\"1\"", "\"0\"", "\"5\""]) Assert.Equal((412, "version_conflict"), await CodeAsync(SaveAsync("Old", old)));
        var meeting = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i => (int)(await SaveAsync($"n{i}", "\"4\"")).StatusCode));
        Assert.Equal([200, 412, 412, 412, 412, 412], meeting.Order());
        using var read = await _server.SendAsync(HttpMethod.Get, $"/api/{kind}/docs");
        Assert.Equal(("\"5\"", 5), (read.Headers.ETag!.Tag, (await _server.GetJsonAsync("/api/" + kind)).GetProperty("data")[0].GetProperty("revision").GetInt32()));
    }

    [Fact]
    public async Task A_project_is_saved_over_the_revision_that_was_read_or_not_at_all()
    {
        using var made = await _server.PostAsync("/api/projects", new { id = "docs", name = "Docs", revision = 7 });
        Assert.Equal("\"1\"", made.Headers.ETag!.Tag);
        async Task<HttpResponseMessage> SaveAsync(string name, string? match) => await _server.SendAsync(HttpMethod.Put, "/api/projects/docs", $$"""{"name":"{{name}}"}""", match is null ? [] : [("If-Match", match)]);
        foreach (var (name, match, tag) in ((string, string?, string)[])[("One", "\"1\"", "\"2\""), ("Two", null, "\"3\""), ("Three", "*", "\"4\"")])
        {
            using var saved = await SaveAsync(name, match);
            Assert.Equal((200, tag), ((int)saved.StatusCode, saved.Headers.ETag!.Tag));
        }
        foreach (var old in (string[])["\"1\"", "\"0\"", "\"5\""]) Assert.Equal((412, "version_conflict"), await CodeAsync(SaveAsync("Old", old)));
        var meeting = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i => (int)(await SaveAsync($"n{i}", "\"4\"")).StatusCode));
        Assert.Equal([200, 412, 412, 412, 412, 412], meeting.Order());
        Assert.Equal(5, (await _server.GetJsonAsync("/api/projects")).GetProperty("data")[0].GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_conversation_has_its_project_and_its_rules()
    {
        await CreatedAsync("/api/rules", new { name = "kind", content = "Be kind." });
        var project = (await CreatedAsync("/api/projects", new { name = "Docs", system = new { text = "You write docs.", mode = "append" }, variables = new { city = "Rome" } })).GetProperty("id").GetString();
        var conversation = (await CreatedAsync("/api/conversations", new { project, rules = new[] { "kind" } })).GetProperty("id").GetString();
        await _server.TurnAsync(new { conversation, content = "Hi" });
        Assert.Equal(["system: You write docs.\n\nBe kind.", "user: Hi"], _server.Model.Last.Transcript);
        Assert.Equal($"project:{project}", (await _server.GetJsonAsync($"/api/conversations/{conversation}/variables")).GetProperty("city").GetProperty("layer").GetString());
        Assert.Equal(200, (int)(await PatchAsync($"/api/conversations/{conversation}", new { rules = Array.Empty<string>() })).StatusCode);
        await _server.TurnAsync(new { conversation, content = "Ho" });
        Assert.Equal("system: You write docs.", _server.Model.Last.Transcript[0]);
        Assert.Equal((404, "project_not_found"), await CodeAsync(_server.PostAsync("/api/conversations", new { project = "proj_nope" })));
    }

    [Fact]
    public async Task What_counts_in_a_project_names_its_source()
    {
        await CreatedAsync("/api/rules", new { name = "r", content = "R" });
        await PatchAsync("/api/variables/global", new { city = "Oslo", team = "all" });
        await CreatedAsync("/api/projects", new { id = "far", name = "Far", system = new { text = "Far." }, model = "test/model", parameters = new { temperature = 0.2, topP = 0.5 }, rules = new[] { "r" }, variables = new { city = "Rome" } });
        await CreatedAsync("/api/projects", new { id = "near", name = "Near", parent = "far", system = new { text = "Near." }, parameters = new { temperature = 0.9 }, tools = new[] { "t*" } });
        var effective = await _server.GetJsonAsync("/api/projects/near/effective");
        Assert.Equal("""
            {"project":"near","layers":["project:near","project:far","global"],"system":{"text":"Far.\n\nNear.","sources":["project:far","project:near"]},"model":{"value":"test/model","source":"project:far"},"parameters":{"temperature":{"value":0.9,"source":"project:near"},"topP":{"value":0.5,"source":"project:far"}},"tools":[{"name":"t*","source":"project:near"}],"rules":[{"name":"r","source":"project:far"}],"variables":{"city":{"value":"Rome","source":"project:far"},"team":{"value":"all","source":"global"}}}
            """.Trim(), effective.GetRawText());
    }

    [Fact]
    public async Task Projects_stay_a_tree()
    {
        await CreatedAsync("/api/projects", new { id = "root", name = "Root" });
        await CreatedAsync("/api/projects", new { id = "leaf", name = "Leaf", parent = "root" });
        Assert.Equal((400, "request_invalid"), await CodeAsync(PutAsync("/api/projects/root", new { name = "Root", parent = "leaf" })));
        Assert.Equal((404, "project_not_found"), await CodeAsync(_server.PostAsync("/api/projects", new { name = "x", parent = "nope" })));
        Assert.Equal((422, "rule_not_found"), await CodeAsync(_server.PostAsync("/api/projects", new { name = "x", rules = new[] { "nope" } })));
        Assert.Equal((412, "version_conflict"), await CodeAsync(_server.PostAsync("/api/projects", new { id = "leaf", name = "x" })));
        Assert.Equal(204, (int)(await _server.Client.DeleteAsync("/api/projects/root", Cancellation)).StatusCode);
        Assert.False((await _server.GetJsonAsync("/api/projects/leaf")).TryGetProperty("parent", out _));
    }

    [Fact]
    public async Task Headers_say_whose_variables_count()
    {
        await _server.PostAsync("/api/prompts", new { key = "where", messages = new[] { new { role = "user", content = "Weather in {{city}}?" } }, variables = new[] { new { name = "city", type = "string" } } });
        await PatchAsync("/api/variables/global", new { city = "Oslo" });
        await PatchAsync("/api/variables/organization:acme", new { city = "Rome" });
        await PatchAsync("/api/variables/user:ada", new { city = "Paris" });
        var sent = new List<string>();
        foreach (var (user, organization) in ((string?, string?)[])[(null, null), ("ada", null), ("ada", "acme")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = JsonContent.Create(new { prompt = "where" }) };
            if (user is not null) request.Headers.Add("Turnpike-User", user);
            if (organization is not null) request.Headers.Add("Turnpike-Organization", organization);
            (await _server.Client.SendAsync(request, Cancellation)).EnsureSuccessStatusCode();
            sent.Add(_server.Model.Last.Transcript[0]);
        }
        Assert.Equal(["user: Weather in Oslo?", "user: Weather in Paris?", "user: Weather in Rome?"], sent);
        Assert.Equal("""{"city":"Paris"}""", (await _server.GetJsonAsync("/api/variables/user:ada")).GetRawText());
        Assert.Equal("{}", (await _server.JsonAsync(await PatchAsync("/api/variables/user:ada", new { city = (string?)null }))).GetRawText());
        Assert.Equal((400, "request_invalid"), await CodeAsync(PatchAsync("/api/variables/project:x", new { city = "Bonn" })));
        Assert.Equal((400, "request_invalid"), await CodeAsync(PatchAsync("/api/variables/global", new Dictionary<string, string> { ["1 city"] = "Bonn" })));
    }

    private async Task<(int, string?)> CodeAsync(Task<HttpResponseMessage> sent)
    {
        var (status, code, _, _) = await _server.RefusedAsync(sent);
        return (status, code);
    }
}
