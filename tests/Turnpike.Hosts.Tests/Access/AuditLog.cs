using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Who changed what is kept, whether it was done or refused, and never what was written.</summary>
public sealed class AuditLog
{
    [Fact]
    public async Task Changes_of_prompts_labels_rules_projects_variables_and_keys_are_kept_in_order()
    {
        await using var server = new RunningServer();
        var admin = await server.KeyAsync(new NewKey { Name = "admin", Scopes = [Scopes.Admin], User = "ann" });
        var reader = await server.KeyAsync("reader", Scopes.PromptsRead);
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/prompts", new { key = "greet", messages = new[] { new { role = "system", content = "confidential words" } } });
        await server.AskAsync(admin.Secret, HttpMethod.Put, "/api/prompts/greet/labels/production", new { version = 1 });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/rules", new { name = "House", content = "confidential words" });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/projects", new { name = "Shop" });
        await server.AskAsync(admin.Secret, HttpMethod.Patch, "/api/variables/global", new { word = "confidential words" });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/keys", new { name = "x" });
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/rules", new { name = "" });
        await server.AskAsync(admin.Secret, HttpMethod.Get, "/api/prompts");
        await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/turns", new { content = "x" });
        Assert.Equal(403, (await server.AskAsync(reader.Secret, HttpMethod.Post, "/api/projects", new { name = "No" })).Status);

        var (text, lines) = await ReadAsync(server, admin.Secret, "/api/audit");
        Assert.Equal(["createPrompt", "labelPrompt", "createRule", "createProject", "setScope", "createKey", "createRule", "createProject"], lines.Select(line => line.GetProperty("action").GetString()));
        Assert.Equal([201, 200, 201, 201, 200, 201, 400, 403], lines.Select(line => line.GetProperty("status").GetInt32()));
        Assert.Equal(Enumerable.Range(3, 8), lines.Select(line => line.GetProperty("number").GetInt32())); // the first two are of the keys
        Assert.Equal(("admin", admin.Key.Id, "ann", "/api/prompts/greet/labels/production"), (lines[1].GetProperty("who").GetString(), lines[1].GetProperty("key").GetString(), lines[1].GetProperty("user").GetString(), lines[1].GetProperty("target").GetString()));
        Assert.Equal("reader", lines[7].GetProperty("who").GetString());
        Assert.DoesNotContain("confidential", text, StringComparison.Ordinal);
        Assert.Equal([10], (await ReadAsync(server, admin.Secret, "/api/audit?after=9")).Lines.Select(line => line.GetProperty("number").GetInt32()));
    }

    [Theory]
    [InlineData("validate-email")]
    [InlineData("validate")]
    [InlineData("greet")]
    public async Task A_prompt_is_told_of_whatever_its_key_begins_with_and_a_check_of_one_is_not(string key)
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var reader = (await server.KeyAsync("reader", Scopes.PromptsRead)).Secret;
        var body = new { messages = new[] { new { role = "system", content = "Hi." } } };
        await server.AskAsync(admin, HttpMethod.Put, $"/api/prompts/{key}", body);
        await server.AskAsync(reader, HttpMethod.Put, $"/api/prompts/{key}", body);
        await server.AskAsync(admin, HttpMethod.Put, $"/api/prompts/{key}/draft", body);
        Assert.Equal(200, (await server.AskAsync(admin, HttpMethod.Post, "/api/prompts/validate", body)).Status);
        var lines = (await ReadAsync(server, admin, "/api/audit")).Lines;
        Assert.Equal(["savePrompt 200", "savePrompt 403", "savePromptDraft 200"], lines.Select(line => $"{line.GetProperty("action").GetString()} {line.GetProperty("status").GetInt32()}"));
        Assert.All(lines, line => Assert.StartsWith("req_", line.GetProperty("request").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_organization_has_its_own()
    {
        await using var server = new RunningServer();
        var acme = (await server.KeyAsync(new NewKey { Name = "acme", Scopes = [Scopes.Admin], Organization = "acme" })).Secret;
        var other = (await server.KeyAsync(new NewKey { Name = "other", Scopes = [Scopes.Admin], Organization = "other" })).Secret;
        await server.AskAsync(acme, HttpMethod.Post, "/api/projects", new { name = "Shop" });
        Assert.Single((await ReadAsync(server, acme, "/api/audit")).Lines);
        Assert.Empty((await ReadAsync(server, other, "/api/audit")).Lines);
    }

    [Fact]
    public async Task What_was_made_is_named()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var messages = new[] { new { role = "system", content = "Hi." } };
        var turn = (await server.AskAsync(admin, HttpMethod.Post, "/api/turns", new { prompt = new { messages }, content = "x" })).Body.GetProperty("id").GetString();
        (string Path, object Body, string Member)[] made =
        [
            ("/api/keys", new { name = "x" }, "id"), ("/api/projects", new { name = "Shop" }, "id"), ("/api/rules", new { name = "House", content = "Be brief." }, "id"), ("/api/tags", new { name = "all ours", rules = new[] { "House" } }, "name"),
            ("/api/prompts", new { key = "team/greet", messages }, "key"), ("/api/prompts/team%2Fgreet/duplicate", new { key = "copy" }, "key"), ("/api/prompts/from-turn", new { turn, key = "kept" }, "key"),
            ("/api/tools/servers", new { name = "web", url = "http://127.0.0.1:1/mcp" }, "name"), ("/v1/prompts", new { name = "faced", prompt = "Hi." }, "name"),
        ];
        var names = new List<string>();
        foreach (var (path, body, member) in made) names.Add("/" + Uri.EscapeDataString((await server.AskAsync(admin, HttpMethod.Post, path, body)).Body.GetProperty(member).GetString()!));
        var lines = await UntilAsync(server, admin, made.Length);
        Assert.Equal(["createKey", "createProject", "createRule", "createTag", "createPrompt", "duplicatePrompt", "savePromptOfTurn", "saveToolServer", "createPrompt"], lines.Select(line => line.GetProperty("action").GetString()));
        Assert.All(lines.Zip(names), line => Assert.EndsWith(line.Second, line.First.GetProperty("target").GetString(), StringComparison.Ordinal));
        Assert.Equal("/api/prompts/team%2Fgreet", lines[4].GetProperty("target").GetString());
    }

    [Fact]
    public async Task An_import_has_a_line_for_each_prompt_that_it_changed()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var messages = new[] { new { role = "system", content = "Hi." } };
        var file = new { format = "turnpike.prompts", version = 1, prompts = new[] { new { key = "a", messages }, new { key = "team/b", messages } } };
        foreach (var query in (string[])["?dryRun=true", "", ""]) Assert.Equal(200, (await server.AskAsync(admin, HttpMethod.Post, "/api/prompts/import" + query, file)).Status);
        var lines = await UntilAsync(server, admin, 4);
        Assert.Equal(["/api/prompts/import?dryRun=true", "/api/prompts/a", "/api/prompts/team%2Fb", "/api/prompts/import"], lines.Select(line => line.GetProperty("target").GetString()));
        Assert.All(lines, line => Assert.Equal("importPrompts", line.GetProperty("action").GetString()));
        Assert.Equal(3, lines.Select(line => line.GetProperty("request").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Each_change_through_the_prompts_of_v1_is_one_line_done_or_refused()
    {
        await using var server = new RunningServer();
        var (admin, reader) = ((await server.KeyAsync("admin", Scopes.Admin)).Secret, (await server.KeyAsync("reader", Scopes.PromptsRead)).Secret);
        var expected = new List<(string?, int, string?)>();
        await AskAsync(admin, "createPrompt", HttpMethod.Post, "", new { name = "greet", prompt = "Hi." }, 200);
        await AskAsync(admin, "savePrompt", HttpMethod.Put, "/greet", new { version = 1, prompt = "Ho." }, 200);
        await AskAsync(admin, "labelPrompt", HttpMethod.Put, "/greet/set-default-version", new { version = 1 }, 200);
        await AskAsync(reader, "createPrompt", HttpMethod.Post, "", new { name = "other", prompt = "Hi." }, 403);
        await AskAsync(reader, "savePrompt", HttpMethod.Put, "/greet", new { version = 2, prompt = "He." }, 403);
        await AskAsync(reader, "archivePrompt", HttpMethod.Delete, "/greet", null, 403);
        await AskAsync(admin, "savePrompt", HttpMethod.Put, "/nobody", new { version = 1, prompt = "Ho." }, 404);
        await AskAsync(admin, "labelPrompt", HttpMethod.Put, "/greet/set-default-version", new { version = 9 }, 404);
        await AskAsync(admin, "archivePrompt", HttpMethod.Delete, "/nobody", null, 404);
        foreach (var door in (string[])["/v1/chat/completions", "/v1/responses", "/api/agui"]) await server.AskAsync(admin, HttpMethod.Post, door, new { model = "test/model", input = "x", messages = new[] { new { role = "user", content = "x" } } });
        await AskAsync(admin, "archivePrompt", HttpMethod.Delete, "/greet", null, 204);
        var lines = await UntilAsync(server, admin, expected.Count);
        Assert.Equal(expected, lines.Select(line => (line.GetProperty("action").GetString(), line.GetProperty("status").GetInt32(), line.GetProperty("request").GetString())));

        async Task AskAsync(string secret, string action, HttpMethod method, string path, object? body, int status)
        {
            using var response = await server.WithAsync(secret, method, "/v1/prompts" + path, body is null ? null : JsonSerializer.Serialize(body));
            Assert.Equal(status, (int)response.StatusCode);
            expected.Add((action, status, response.Headers.GetValues("x-request-id").Single()));
        }
    }

    /// <summary>The lines once there are so many: a request is told of when it was answered.</summary>
    private static async Task<List<JsonElement>> UntilAsync(RunningServer server, string secret, int count)
    {
        while (true)
        {
            if ((await ReadAsync(server, secret, "/api/audit")).Lines is { } lines && lines.Count >= count) return lines;
        }
    }

    private static async Task<(string Text, List<JsonElement> Lines)> ReadAsync(RunningServer server, string secret, string path)
    {
        using var response = await server.WithAsync(secret, HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (text, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("who").GetString() != "host")]); // the tests make keys as a host does
    }
}
