using System.Text.Json;
using Turnpike.Hosts.Tests.Mcp;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Files of the workspace by their path: who has no scope <c>files</c> names none, and reads those that are kept where they may run it.</summary>
public sealed class NamingFiles
{
    private const string Attached = """[{"path":"plan.md"}]""";
    private const string Says = """{"key":"bare","messages":[{"role":"user","content":"Say it."}]}""";
    private static readonly string[] AllButFiles = [.. Scopes.All.Where(scope => scope is not (Scopes.Files or Scopes.Admin))];

    private static async Task<(RunningServer Server, string Admin, string Key)> ServerAsync()
    {
        var folder = Directory.CreateTempSubdirectory("turnpike-workspace-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "plan.md"), "The plan.", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "other.md"), "Another.", TestContext.Current.CancellationToken);
        var server = new RunningServer(null, ("Turnpike:Resources:Workspace", folder));
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        await OkAsync(server, admin, HttpMethod.Post, "/api/prompts", Says);
        return (server, admin, (await server.KeyAsync("narrow", AllButFiles)).Secret);
    }

    private static async Task<JsonElement> OkAsync(RunningServer server, string key, HttpMethod method, string path, string? body = null)
    {
        using var answer = await server.WithAsync(key, method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    private static async Task RefusedAsync(RunningServer server, string key, HttpMethod method, string path, string body)
    {
        using var answer = await server.WithAsync(key, method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == 403, $"{method} {path}: {(int)answer.StatusCode} {text}");
        Assert.Contains("the key \\\"narrow\\\" needs the scope \\\"files\\\"", text, StringComparison.Ordinal);
    }

    private static void IsSent(RunningServer server, string text = "The plan.") => Assert.Contains(text, string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);

    [Fact]
    public async Task Takes_the_scope_at_every_door_and_nothing_is_sent_or_kept()
    {
        var (server, admin, narrow) = await ServerAsync();
        await using var _ = server;
        var conversation = (await OkAsync(server, admin, HttpMethod.Post, "/api/conversations", "{}")).GetProperty("id").GetString();
        var note = (await OkAsync(server, admin, HttpMethod.Post, $"/api/conversations/{conversation}/resources", """{"kind":"note","text":"A","policy":"sticky"}""")).GetProperty("id").GetString();
        var turn = (await OkAsync(server, admin, HttpMethod.Post, "/api/turns", """{"content":"Hi"}""")).GetProperty("id").GetString();
        var asked = server.Model.Requests.Count;
        var written = $$"""{"messages":[{"role":"user","content":"x"}],"resources":{{Attached}}}""";
        (HttpMethod Method, string Path, string Body)[] doors =
        [
            (HttpMethod.Post, "/api/turns", $$"""{"content":"x","resources":{{Attached}}}"""),
            (HttpMethod.Post, "/api/turns/preview", $$"""{"content":"x","resources":{{Attached}}}"""),
            (HttpMethod.Post, $"/api/turns/{turn}/edit", $$"""{"content":"x","resources":{{Attached}}}"""),
            (HttpMethod.Post, $"/api/turns/{turn}/edit/preview", $$"""{"content":"x","resources":{{Attached}}}"""),
            (HttpMethod.Post, "/api/turns", $$"""{"content":"x","prompt":{{written}}}"""),
            (HttpMethod.Post, "/api/turns", $$$"""{"content":"x","prompt":{"id":"bare","overlay":{"resources":{{{Attached}}} } } }"""),
            (HttpMethod.Post, "/api/turns", $$"""{"content":"x","prompt":{"key":"bare",{{written.AsSpan(1)}}}"""),
            (HttpMethod.Post, "/v1/chat/completions", $$$"""{"model":"test/model","messages":[{"role":"user","content":"x"}],"turnpike":{"resources":{{{Attached}}}}}"""),
            (HttpMethod.Post, "/v1/responses", $$$"""{"model":"test/model","input":"x","turnpike":{"resources":{{{Attached}}}}}"""),
            (HttpMethod.Post, "/api/conversations", $$"""{"resources":{{Attached}}}"""),
            (HttpMethod.Post, "/api/conversations", $$"""{"prompt":{{written}}}"""),
            (HttpMethod.Post, $"/api/conversations/{conversation}/resources", """{"path":"plan.md"}"""),
            (HttpMethod.Patch, $"/api/conversations/{conversation}/resources/{note}", """{"path":"plan.md"}"""),
            (HttpMethod.Post, "/api/prompts", $$"""{"key":"new",{{written.AsSpan(1)}}"""),
            (HttpMethod.Put, "/api/prompts/bare", written),
            (HttpMethod.Put, "/api/prompts/bare/draft", written),
            (HttpMethod.Put, "/api/prompts/bare/tests", $$"""{"cases":[{"name":"one","content":"x","resources":{{Attached}},"expect":[{"contains":"x"}]}]}"""),
            (HttpMethod.Post, "/api/conversations/import", """{"turnpike":1,"conversation":{"id":"conv_x","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","resources":[{"id":"res_x","kind":"file","path":"plan.md","policy":"refresh","state":"pending"}]},"turns":[]}"""),
        ];
        foreach (var (method, path, body) in doors) await RefusedAsync(server, narrow, method, path, body);
        var imported = await OkAsync(server, narrow, HttpMethod.Post, "/api/prompts/import", $$"""{"key":"brought",{{written.AsSpan(1)}}""");
        Assert.Contains("needs the scope", imported.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(asked, server.Model.Requests.Count);
        Assert.Equal(404, (await server.AskAsync(admin, HttpMethod.Get, "/api/prompts/brought")).Status);
        Assert.Equal(404, (await server.AskAsync(admin, HttpMethod.Get, "/api/conversations/conv_x")).Status);

        var files = (await server.KeyAsync("files", Scopes.Turns, Scopes.Files)).Secret;
        await OkAsync(server, files, HttpMethod.Post, "/api/turns", $$"""{"content":"x","resources":{{Attached}}}""");
        IsSent(server);
    }

    [Fact]
    public async Task Is_not_asked_again_of_what_a_prompt_has()
    {
        var (server, admin, narrow) = await ServerAsync();
        await using var _ = server;
        var written = $$"""{"messages":[{"role":"user","content":"Say it."}],"resources":{{Attached}}}""";
        await OkAsync(server, admin, HttpMethod.Put, "/api/prompts/bare", written);
        foreach (var (path, body) in ((string, string)[])[
            ("/api/turns", """{"content":"x","prompt":"bare"}"""),
            ("/api/turns", """{"content":"x","prompt":{"id":"bare","overlay":{"model":"test/model"}}}"""),
            ("/api/turns", $$"""{"content":"x","prompt":{"key":"bare",{{written.AsSpan(1)}}}""")])
        {
            await OkAsync(server, narrow, HttpMethod.Post, path, body);
            IsSent(server);
        }
        await OkAsync(server, narrow, HttpMethod.Put, "/api/prompts/bare", written.Replace("Say it.", "Say more.", StringComparison.Ordinal));
        await OkAsync(server, narrow, HttpMethod.Put, "/api/prompts/bare/draft", written);
        await OkAsync(server, narrow, HttpMethod.Post, "/api/prompts/bare/duplicate", """{"key":"copy"}""");
        await RefusedAsync(server, narrow, HttpMethod.Put, "/api/prompts/copy", written.Replace("plan.md", "other.md", StringComparison.Ordinal));
        await OkAsync(server, admin, HttpMethod.Put, "/api/prompts/fresh/draft", written.Replace("plan.md", "other.md", StringComparison.Ordinal));
        await OkAsync(server, narrow, HttpMethod.Post, "/api/prompts/fresh/draft/publish");
        foreach (var (prompt, text) in ((string, string)[])[("copy", "The plan."), ("fresh", "Another.")])
        {
            await new McpClientOf(server, modern: true, narrow).ResultAsync("tools/call", new() { ["name"] = "run_" + prompt, ["arguments"] = new System.Text.Json.Nodes.JsonObject() });
            IsSent(server, text);
        }
    }

    [Fact]
    public async Task Is_not_asked_again_of_what_a_conversation_a_turn_or_tests_have()
    {
        var (server, admin, narrow) = await ServerAsync();
        await using var _ = server;
        var conversation = (await OkAsync(server, admin, HttpMethod.Post, "/api/conversations", """{"resources":[{"id":"res_p","path":"plan.md","policy":"refresh"}]}""")).GetProperty("id").GetString();
        var turn = (await OkAsync(server, narrow, HttpMethod.Post, "/api/turns", $$"""{"content":"x","conversation":"{{conversation}}"}""")).GetProperty("id").GetString();
        IsSent(server);
        await OkAsync(server, narrow, HttpMethod.Patch, $"/api/conversations/{conversation}/resources/res_p", """{"title":"Ours"}""");
        var edited = (await OkAsync(server, admin, HttpMethod.Post, $"/api/turns/{turn}/edit", """{"content":"y","resources":[{"path":"other.md"}]}""")).GetProperty("id").GetString();
        await OkAsync(server, narrow, HttpMethod.Post, $"/api/turns/{edited}/regenerate", "{}");
        IsSent(server, "Another.");

        const string Tests = """{"cases":[{"name":"one","content":"x","resources":[{"path":"plan.md"}],"expect":[{"sends":"The plan."}]}]}""";
        await OkAsync(server, admin, HttpMethod.Put, "/api/prompts/bare/tests", Tests);
        Assert.True((await OkAsync(server, narrow, HttpMethod.Post, "/api/prompts/bare/tests/run", "{}")).GetProperty("passed").GetBoolean());
        await OkAsync(server, narrow, HttpMethod.Put, "/api/prompts/bare/tests", Tests.Replace("\"one\"", "\"two\"", StringComparison.Ordinal));
    }
}
