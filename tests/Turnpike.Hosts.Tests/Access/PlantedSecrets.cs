using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Hosts.Tests.Tools;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Secrets are planted wherever one can be, then everything the server keeps, logs and answers is searched for them.</summary>
public sealed class PlantedSecrets
{
    private readonly List<string> _planted = [];
    private readonly StringBuilder _answers = new();
    private readonly List<string> _turns = [];

    [Fact]
    public async Task Thirty_secrets_are_found_nowhere_in_the_data_the_logs_and_the_answers()
    {
        var folder = TestFolder.New();
        using var log = new KeptLog();
        try
        {
            await using var shut = RawServer.Start(exchange => RoughToolServer.AnswerAsync(exchange, $$$"""{"error":{"message":"no good: {{{exchange.Request.Headers["Authorization"]["Bearer ".Length..]}}} and {{{exchange.Request.Headers["X-Auth"]}}}"}}""", $"401 No {exchange.Request.Headers["X-Auth"]}"));
            await using (var server = new RunningServer(services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)), Settings(folder, shut.Url)))
            {
                await ScenarioAsync(server);
                await RepeatingAsync(server);
                await ReadAllAsync(server);
                await ReadKeptAsync(server);
                Assert.True(_planted.Count >= 30, $"{_planted.Count} planted");
                Assert.NotEmpty(server.Model.Requests);
            }
            var found = new List<string>();
            foreach (var secret in _planted)
            {
                var bytes = Encoding.UTF8.GetBytes(secret);
                found.AddRange(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "node.lock" && File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0).Select(file => $"{secret} in {Path.GetFileName(file)}"));
                found.AddRange(log.Lines.Where(line => line.Contains(secret, StringComparison.Ordinal)).Take(1).Select(line => $"{secret} in the log: {line[..Math.Min(300, line.Length)]}"));
                if (_answers.ToString().Split('\n').FirstOrDefault(line => line.Contains(secret, StringComparison.Ordinal)) is { } answer) found.Add($"{secret} in {answer[..Math.Min(300, answer.Length)]}");
            }
            Assert.Empty(found);
            Assert.NotEmpty(Directory.EnumerateFiles(folder, "turnpike.db*"));
            Assert.NotEmpty(log.Lines);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A new secret, to be found nowhere.</summary>
    private string Plant(string kind)
    {
        var secret = $"planted{kind}{_planted.Count:00}zq7X";
        _planted.Add(secret);
        return secret;
    }

    private (string, string)[] Settings(string folder, Uri shut) =>
    [
        ("TURNPIKE_DATA", folder),
        ("OPENAI_API_KEY", "sk-" + Plant("OpenAi")), ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1"), ("ANTHROPIC_API_KEY", Plant("Anthropic")),
        ("Turnpike:Providers:0:Name", "mine"), ("Turnpike:Providers:0:Kind", "openai"), ("Turnpike:Providers:0:BaseUrl", "http://127.0.0.1:1/v1"), ("Turnpike:Providers:0:Key", Plant("Provider")),
        ("Turnpike:Providers:1:Name", "shut"), ("Turnpike:Providers:1:Kind", "openai"), ("Turnpike:Providers:1:BaseUrl", shut + "v1"), ("Turnpike:Providers:1:Key", Plant("Provider")), ("Turnpike:Providers:1:Headers:X-Auth", "Token " + Plant("ProviderHeader")), ("Turnpike:Providers:1:Record", "true"),
        ("Turnpike:Hooks:0:Url", "http://127.0.0.1:1/hook"), ("Turnpike:Hooks:0:Secret", Plant("Hook")), ("Turnpike:Hooks:0:OnError", "Continue"), ("Turnpike:Hooks:0:At", "turn-finalize,after-turn"),
    ];

    private async Task ScenarioAsync(RunningServer server)
    {
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        _planted.Add(admin);
        var made = await Silent(server, admin, HttpMethod.Post, "/api/keys", new { name = "second", scopes = new[] { "turns" } });
        _planted.Add(made.GetProperty("key").GetString()!);
        _planted.Add((await Silent(server, admin, HttpMethod.Post, $"/api/keys/{made.GetProperty("id").GetString()}/rotate", null)).GetProperty("key").GetString()!);
        foreach (var shown in (string[])["tp_" + Plant("WrongKey"), Plant("WrongKey"), $"{Plant("Token")}.{Plant("Token")}.{Plant("Token")}"]) await AskAsync(server, shown, HttpMethod.Get, "/api/prompts");
        using (var wrong = await server.SendAsync(HttpMethod.Get, "/api/prompts", null, ("x-api-key", Plant("Header")))) await NoteAsync("x-api-key", wrong);
        using (var basic = await server.SendAsync(HttpMethod.Get, "/api/prompts", null, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("a:" + Plant("Basic")))))) await NoteAsync("basic", basic);

        await AskAsync(server, admin, HttpMethod.Post, "/api/tools/servers", new { name = "web", url = "http://127.0.0.1:1/mcp", headers = new Dictionary<string, string> { ["Authorization"] = "Bearer " + Plant("Mcp"), ["X-Key"] = Plant("Mcp") } });
        await AskAsync(server, admin, HttpMethod.Post, "/api/tools/servers", new { name = "program", transport = "stdio", command = "/nowhere/program", env = new Dictionary<string, string> { ["TOKEN"] = Plant("Env"), ["OTHER"] = Plant("Env") } });
        await AskAsync(server, admin, HttpMethod.Post, "/api/tools/servers/web/test");
        await AskAsync(server, admin, HttpMethod.Post, "/api/tools/servers/program/test");

        string[] names = ["turnValue", "startValue", "setValue", "globalValue", "userValue", "projectless"];
        await AskAsync(server, admin, HttpMethod.Post, "/api/prompts", new
        {
            key = "secretive",
            messages = new[]
            {
                new { role = "system", content = string.Concat(names.Select(name => $"{{{{#if {name}}}}}{name} is {{{{{name}}}}}. {{{{/if}}}}")) },
                new { role = "user", content = "An example with {{globalValue}}." }, new { role = "assistant", content = "An answer with {{globalValue}} and {{turnValue}}." },
                new { role = "user", content = "Use {{turnValue}}, {{startValue}} and {{globalValue}}: {{input}}" },
            },
            variables = names.Select(name => new { name, type = "string", secret = true, @default = "" }),
        });
        await AskAsync(server, admin, HttpMethod.Post, "/api/rules", new { name = "mind", content = "Mind {{globalValue}}.", placement = "after", alwaysOn = true });
        await AskAsync(server, admin, HttpMethod.Patch, "/api/variables/global", new { globalValue = Plant("Global") }, isShown: false);
        await AskAsync(server, admin, HttpMethod.Patch, "/api/variables/user:ann", new { userValue = Plant("User") }, isShown: false);
        var started = await AskAsync(server, admin, HttpMethod.Post, "/api/conversations", new { prompt = "secretive", variables = new { startValue = Plant("Start"), projectless = Plant("Start") } });
        var conversation = started.GetProperty("id").GetString();
        await AskAsync(server, admin, HttpMethod.Patch, $"/api/conversations/{conversation}/variables", new { setValue = Plant("Set") });
        await AskAsync(server, admin, HttpMethod.Post, "/api/turns/preview", new { conversation, content = "x", variables = new { turnValue = Plant("Preview") } });
        await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { conversation, content = "x", variables = new { turnValue = Plant("Turn") }, idempotencyKey = "once" });
        var given = _planted[^1];
        Assert.Contains(given, string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);
        await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { conversation, content = "And then?" });
        Assert.Contains($"Use {given}, ", string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);
        await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { conversation, content = $"@.vars.set turnValue={Plant("Typed")}; So it is {_planted[^1]}." });
        Assert.EndsWith($"So it is {_planted[^1]}.\n\nMind {_planted.First(secret => secret.StartsWith("plantedGlobal", StringComparison.Ordinal))}.", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { content = $"@.agent.use secretive turnValue={Plant("Agent")}; Go" });
        await StreamAsync(server, admin, new { prompt = "secretive", content = "y", variables = new { turnValue = Plant("Streamed") } });
        await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { prompt = "secretive", content = "y", variables = new { turnValue = Plant("Turn"), setValue = Plant("Turn") } });
        await AskAsync(server, admin, HttpMethod.Post, "/v1/responses", new { input = "z", prompt = new { id = "secretive", variables = new { turnValue = Plant("Responses") } } });
        await AskAsync(server, admin, HttpMethod.Post, "/v1/chat/completions", new { model = "prompt/secretive", messages = new[] { new { role = "user", content = "z" } }, prompt_variables = new { turnValue = Plant("Chat") } });
        foreach (var name in (string[])["prompt_variables", "inputs"]) // the values come as the text of JSON in what is kept and echoed
        {
            Dictionary<string, string> Values() => new() { ["prompt_id"] = "secretive", [name] = JsonSerializer.Serialize(new { turnValue = Plant("Metadata") }) };
            await AskAsync(server, admin, HttpMethod.Post, "/v1/responses", new { input = "z", metadata = Values() });
            Assert.Contains(_planted[^1], string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);
            var stored = await AskAsync(server, admin, HttpMethod.Post, "/v1/chat/completions", new { model = "test/model", store = true, messages = new[] { new { role = "user", content = "z" } }, metadata = Values() });
            await AskAsync(server, admin, HttpMethod.Post, $"/v1/chat/completions/{stored.GetProperty("id").GetString()}", new { metadata = Values() });
        }
        foreach (var model in (string[])["openai/gpt-x", "mine/gpt-x", "shut/gpt-x"]) await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { model, content = "x" });
        var refused = await AskAsync(server, admin, HttpMethod.Post, "/v1/chat/completions", new { model = "shut/gpt-x", messages = new[] { new { role = "user", content = "z" } } });
        Assert.Contains("no good: ••• and •••", refused.GetRawText(), StringComparison.Ordinal);
        await AskAsync(server, admin, HttpMethod.Post, $"/api/conversations/{conversation}/resources", new { kind = "webpage", url = $"http://ann:{Plant("Url")}@127.0.0.1:1/", policy = "once" });
        await AskAsync(server, admin, HttpMethod.Post, $"/api/conversations/{conversation}/fork", new { });
    }

    /// <summary>Tool servers that repeat what they were given in whatever goes wrong.</summary>
    private async Task RepeatingAsync(RunningServer server)
    {
        var admin = _planted.First(secret => secret.StartsWith("tp_", StringComparison.Ordinal) && !secret.Contains("planted", StringComparison.Ordinal));
        await using var shut = RawServer.Start(exchange => RoughToolServer.AnswerAsync(exchange, Told(exchange), "401 Unauthorized"));
        await AddAsync("shut", shut.Url + "mcp");
        await AskAsync(server, admin, HttpMethod.Post, "/api/tools/servers", new { name = "dies", transport = "stdio", command = "/bin/sh", args = new[] { "-c", "echo \"no good: $TOKEN\" >&2; exit 3" }, env = new Dictionary<string, string> { ["TOKEN"] = Plant("Env") } });
        foreach (var name in (string[])["shut", "dies"]) await AskAsync(server, admin, HttpMethod.Post, $"/api/tools/servers/{name}/test");
        await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { content = "x", tools = new[] { "*" } });
        await using var rough = new RoughToolServer($"[{RoughToolServer.Tool("refuses")},{RoughToolServer.Tool("errs")},{RoughToolServer.Tool("says")}]", (exchange, asked) => (string?)asked["params"]!["name"] switch
        {
            "refuses" => RoughToolServer.AnswerAsync(exchange, Told(exchange), "401 Unauthorized"),
            "errs" => RoughToolServer.AnswerAsync(exchange, $$$"""{"jsonrpc":"2.0","id":{{{asked["id"]!.ToJsonString()}}},"error":{"code":-32000,"message":"{{{Told(exchange)}}}"}}"""),
            _ => RoughToolServer.ResultAsync(exchange, asked, $$$"""{"isError":true,"content":[{"type":"text","text":"{{{Told(exchange)}}}"}]}"""),
        });
        await AddAsync("rough", rough.Url);
        foreach (var tool in (string[])["refuses", "errs", "says"])
        {
            server.Model.Calls(tool).Says("Never mind.");
            await AskAsync(server, admin, HttpMethod.Post, "/api/turns", new { content = "x", tools = new[] { tool } });
            Assert.Contains("no good: ", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
            Assert.Contains("•••", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
            _answers.Append("model → ").Append(server.Model.Last.Transcript[^1]).Append('\n');
            await AskAsync(server, admin, HttpMethod.Post, $"/api/tools/{tool}/call", new { });
        }

        Task AddAsync(string name, string url) => AskAsync(server, admin, HttpMethod.Post, "/api/tools/servers", new { name, url, trusted = true, headers = new Dictionary<string, string> { ["Authorization"] = "Bearer " + Plant("Repeated"), ["X-Key"] = Plant("Repeated") } });

        static string Told(RawExchange exchange) => $"no good: {exchange.Request.Headers["Authorization"]["Bearer ".Length..]} and {exchange.Request.Headers["X-Key"]}";
    }

    /// <summary>What is kept packed, as it lies in the database.</summary>
    private async Task ReadKeptAsync(RunningServer server)
    {
        var store = server.Get<ITurnStore>();
        foreach (var turn in _turns.Distinct())
        {
            foreach (var kept in new[] { await store.RequestAsync(turn, TestContext.Current.CancellationToken), await store.SubmittedAsync(turn, TestContext.Current.CancellationToken), await store.TraceAsync(turn, TestContext.Current.CancellationToken) })
                if (kept is { } bytes) _answers.Append("kept of ").Append(turn).Append(": ").Append(Encoding.UTF8.GetString(bytes.Span)).Append('\n');
        }
        Assert.True(_turns.Count > 5);
    }

    private async Task StreamAsync(RunningServer server, string secret, object body)
    {
        using var response = await server.WithAsync(secret, HttpMethod.Post, "/api/turns", JsonSerializer.Serialize(body), ("Accept", "text/event-stream"));
        await NoteAsync("stream", response);
    }

    /// <summary>Every GET there is, for each thing that the scenario made.</summary>
    private async Task ReadAllAsync(RunningServer server)
    {
        var admin = _planted.First(secret => secret.StartsWith("tp_", StringComparison.Ordinal) && !secret.Contains("planted", StringComparison.Ordinal));
        var ids = new List<(string Start, string Id)> { ("/api/prompts/", "secretive"), ("/v1/prompts/", "secretive"), ("/api/public/v2/prompts/", "secretive"), ("/api/variables/", "none") };
        foreach (var row in (await AskAsync(server, admin, HttpMethod.Get, "/api/conversations")).GetProperty("data").EnumerateArray())
        {
            var id = row.GetProperty("id").GetString()!;
            ids.AddRange([("/api/conversations/", id), ("/v1/conversations/", id), ("/api/chat/", id)]);
            foreach (var accept in (string[])["application/json", "text/markdown"]) await NoteAsync("export", await server.WithAsync(admin, HttpMethod.Get, $"/api/conversations/{id}/export?format={(accept[0] == 't' ? "markdown" : "json")}", null, ("Accept", accept)));
            foreach (var turn in (await AskAsync(server, admin, HttpMethod.Get, $"/api/conversations/{id}/turns")).GetProperty("data").EnumerateArray())
            {
                _turns.Add(turn.GetProperty("id").GetString()!);
                ids.AddRange([("/api/turns/", turn.GetProperty("id").GetString()!), ("/v1/responses/", turn.GetProperty("id").GetString()!.Replace("turn_", "resp_", StringComparison.Ordinal)), ("/v1/chat/completions/", turn.GetProperty("id").GetString()!.Replace("turn_", "chatcmpl-", StringComparison.Ordinal))]);
            }
        }
        foreach (var route in server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true).Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/')).Distinct())
        {
            var open = route.IndexOf('{', StringComparison.Ordinal);
            if (open < 0) await AskAsync(server, admin, HttpMethod.Get, route);
            else if (route.IndexOf('{', open + 1) < 0)
                foreach (var (_, id) in ids.Where(one => route.StartsWith(one.Start, StringComparison.Ordinal))) await AskAsync(server, admin, HttpMethod.Get, string.Concat(route.AsSpan(0, open), id, route.AsSpan(route.IndexOf('}', StringComparison.Ordinal) + 1)));
        }
    }

    private async Task<JsonElement> AskAsync(RunningServer server, string secret, HttpMethod method, string path, object? body = null, bool isShown = true)
    {
        using var response = await server.WithAsync(secret, method, path, body is null ? null : JsonSerializer.Serialize(body));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (isShown) _answers.Append(method).Append(' ').Append(path).Append(" → ").Append((int)response.StatusCode).Append(' ').Append(text.ReplaceLineEndings(" ")).Append(response.Headers.ToString().ReplaceLineEndings(" ")).Append('\n');
        return text.StartsWith('{') && !text.Contains("\n{", StringComparison.Ordinal) ? JsonDocument.Parse(text).RootElement : default;
    }

    /// <summary>An answer that shows a secret this one time.</summary>
    private static async Task<JsonElement> Silent(RunningServer server, string secret, HttpMethod method, string path, object? body) => (await server.AskAsync(secret, method, path, body)).Body;

    private async Task NoteAsync(string what, HttpResponseMessage response) => _answers.Append(what).Append(" → ").Append((await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ReplaceLineEndings(" ")).Append('\n');
}
