using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Completion offers a key only what it may use, and tells only what it may read.</summary>
public sealed class CompletionOfKeys
{
    private static async Task<RunningServer> ServerAsync()
    {
        var folder = Directory.CreateTempSubdirectory("turnpike-workspace-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "plan.md"), "Plan", TestContext.Current.CancellationToken);
        var server = new RunningServer(null, ("Turnpike:Resources:Workspace", folder), ("Turnpike:Aliases:quick", "builtin/echo"));
        await server.PostAsync("/api/prompts", new { key = "greet", title = "Greets", messages = new[] { new { role = "user", content = "Greet {{who}}." } }, variables = new[] { new { name = "who" } } });
        await server.PostAsync("/api/prompts", new { key = "invoice", title = "Reads bills", messages = new[] { new { role = "user", content = "Read {{total}}." } }, variables = new[] { new { name = "total" } }, output = new { schema = new { type = "object", properties = new { sum = new { type = "number" } } } } });
        await server.PostAsync("/api/rules", new { name = "secret-rule", content = "Never name ACME." });
        await server.PostAsync("/api/tags", new { name = "voice", description = "How we speak.", rules = new[] { "secret-rule" } });
        using var upload = new MultipartFormDataContent { { new StringContent("Notes"), "file", "notes.txt" } };
        using var uploaded = await server.Client.PostAsync("/api/files", upload, TestContext.Current.CancellationToken);
        Assert.True(uploaded.IsSuccessStatusCode);
        return server;
    }

    private static async Task<string> OfferedAsync(RunningServer server, string? secret, string text, object? prompt = null)
    {
        var (status, body) = await server.AskAsync(secret, HttpMethod.Post, "/api/triggers/complete", new { text, prompt });
        Assert.Equal(200, status);
        return string.Join(", ", body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("label").GetString() + (item.TryGetProperty("detail", out var detail) && detail.GetString() is { Length: > 0 } said ? $" ({said})" : "")));
    }

    [Fact]
    public async Task Each_scope_is_offered_what_it_allows()
    {
        await using var server = await ServerAsync();
        var narrow = (await server.KeyAsync(new NewKey { Name = "narrow", Scopes = [Scopes.Turns], Prompts = ["greet"] })).Secret;
        var turns = (await server.KeyAsync("turns", Scopes.Turns)).Secret;
        var reader = (await server.KeyAsync("reader", Scopes.PromptsRead)).Secret;
        var files = (await server.KeyAsync("files", Scopes.Files)).Secret;
        var usage = (await server.KeyAsync("usage", Scopes.Usage)).Secret;
        foreach (var (text, key, wanted) in ((string, string, string)[])[
            ("@.prompt.use gre", narrow, "Greets"), ("@.prompt.use inv", narrow, ""), ("@.prompt.use inv", turns, "Reads bills"), ("@.prompt.use inv", reader, "Reads bills"), ("@.prompt.use inv", usage, ""),
            ("@.agent.use inv", narrow, ""), ("@.schema.use inv", narrow, ""), ("@.schema.use inv", turns, "Reads bills"), ("@.schema.use inv", usage, ""),
            ("@.prompt.use invoice ", narrow, ""), ("@.prompt.use invoice ", turns, "total"), ("@.prompt.use invoice ", usage, ""), ("@.prompt.use greet ", narrow, "who"),
            ("@.prompt.use invoice@", narrow, ""), ("@.prompt.use invoice; @.vars.set ", narrow, ""), ("@.prompt.use greet; @.vars.set ", narrow, "who"), ("@.prompt.use invoice; @.vars.set ", turns, "total"),
            ("@.rules.select sec", narrow, "secret-rule"), ("@.rules.select sec", reader, "secret-rule (Never name ACME.)"), ("@.rules.select sec", usage, ""), ("@.rules.select ACME", reader, ""),
            ("@.tags.select vo", turns, "voice"), ("@.tags.select vo", reader, "voice (How we speak.)"), ("@.tags.select vo", files, ""),
            ("@.resource.add no", turns, ""), ("@.resource.add no", files, "notes.txt (text/plain)"), ("@.vfs.add pl", turns, ""), ("@.vfs.add pl", files, "plan.md")])
        {
            var offered = await OfferedAsync(server, key, text);
            if (!wanted.Contains('(', StringComparison.Ordinal) && text.Contains("vfs", StringComparison.Ordinal)) offered = offered.Split(" (")[0];
            if (text.Contains("select", StringComparison.Ordinal) && !wanted.Contains('(', StringComparison.Ordinal)) offered = offered.Replace(" (Ids or names of rules; tag:name for a tag's rules.)", "", StringComparison.Ordinal).Replace(" (Names of tags.)", "", StringComparison.Ordinal);
            if (text.Contains(".use", StringComparison.Ordinal)) offered = offered.Split(" (")[0];
            Assert.True(offered == wanted, $"{text}: {offered}, not {wanted}");
        }
        Assert.Equal("", await OfferedAsync(server, narrow, "@.vars.set ", "invoice"));
        Assert.Equal("who", (await OfferedAsync(server, narrow, "@.vars.set ", "greet")).Split(" (")[0]);
        Assert.Equal("", await OfferedAsync(server, narrow, "@.vars.set ", new { messages = new[] { new { role = "user", content = "{{any}}" } } }));
        Assert.Equal(("quick", ""), ((await OfferedAsync(server, turns, "@.model.use qui")).Split(" (")[0], await OfferedAsync(server, (await server.KeyAsync(new NewKey { Name = "models", Scopes = [Scopes.Turns], Models = ["test/*"] })).Secret, "@.model.use qui")));
    }

    [Fact]
    public async Task The_shape_of_a_prompt_that_a_key_may_not_run_stays_its_own_and_no_nearest_name_tells_of_it()
    {
        await using var server = await ServerAsync();
        var narrow = (await server.KeyAsync(new NewKey { Name = "narrow", Scopes = [Scopes.Turns], Prompts = ["greet"] })).Secret;
        foreach (var typed in (string[])["@.schema.use invoice; Hi", "@.schema.use invoce; Hi", "@.resource.add note.txt; Hi"])
        {
            var (status, turn) = await server.AskAsync(narrow, HttpMethod.Post, "/api/turns", new { prompt = "greet", variables = new { who = "Al" }, content = typed });
            Assert.Equal((200, null), (status, server.Model.Last.Options.ResponseFormat));
            Assert.Equal("user: Greet Al.\n\n" + typed, Assert.Single(server.Model.Last.Transcript));
            Assert.DoesNotContain("Did you mean", turn.GetProperty("warnings").GetRawText(), StringComparison.Ordinal);
        }
        var wide = (await server.KeyAsync("wide", Scopes.Turns)).Secret;
        await server.AskAsync(wide, HttpMethod.Post, "/api/turns", new { content = "@.schema.use invoice; Hi" });
        Assert.NotNull(server.Model.Last.Options.ResponseFormat);
        foreach (var typed in (string[])["@.prompt.use invoice nope=1; x", "@.agent.use invoice; x"])
        {
            var (status, told) = await server.AskAsync(narrow, HttpMethod.Post, "/api/turns", new { prompt = "greet", variables = new { who = "Al" }, content = typed });
            Assert.Equal((403, "forbidden"), (status, told.GetProperty("code").GetString()));
            Assert.DoesNotContain("total", told.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/api/turns", """{"prompt":"invoce","content":"x"}""")]
    [InlineData("/api/turns", """{"prompt":"invoice@9","content":"x"}""")]
    [InlineData("/api/turns/preview", """{"prompt":"invoce","content":"x"}""")]
    [InlineData("/api/conversations", """{"prompt":"invoce"}""")]
    [InlineData("/api/prompts/invoce/tests/run", "{}")]
    public async Task A_prompt_that_is_not_there_is_told_without_those_that_the_key_may_not_run(string path, string body)
    {
        await using var server = await ServerAsync();
        var narrow = (await server.KeyAsync(new NewKey { Name = "narrow", Scopes = [Scopes.Turns, Scopes.Conversations], Prompts = ["greet"] })).Secret;
        using var refused = await server.WithAsync(narrow, HttpMethod.Post, path, body);
        var told = (await server.JsonAsync(refused)).GetProperty("detail").GetString()!;
        Assert.Equal(404, (int)refused.StatusCode);
        Assert.DoesNotContain("Did you mean", told, StringComparison.Ordinal);
        Assert.DoesNotContain("newest version", told, StringComparison.Ordinal);
        using var near = await server.WithAsync(narrow, HttpMethod.Post, path, body.Replace("invoce", "gret", StringComparison.Ordinal).Replace("invoice@9", "greet@9", StringComparison.Ordinal));
        if (path.StartsWith("/api/turns", StringComparison.Ordinal)) Assert.Contains("greet", (await server.JsonAsync(near)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
