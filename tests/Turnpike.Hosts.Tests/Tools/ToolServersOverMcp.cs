using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>Tools of MCP servers that the vendor's SDK made, over both transports.</summary>
public sealed class ToolServersOverMcp
{
    private static readonly (string, string)[] Quick = [("Turnpike:Connect", "00:00:30"), ("Turnpike:ToolCalls:Timeouts:hang", "00:00:02"), ("Turnpike:ToolCalls:ResultLength", "1000")];

    private static async Task<object> StdioAsync(string name = "local", bool trusted = true, params string[] tools) =>
        new { name, transport = "stdio", command = "node", args = new[] { Path.Combine(await NpmFolder.ReadyAsync("mcp"), "server.mjs") }, env = new Dictionary<string, string> { ["FIXTURE"] = "given" }, trusted, tools };

    private static object Http(ToolProgram program, string name = "remote", bool trusted = true) =>
        new { name, transport = "http", url = program.Url, headers = new Dictionary<string, string> { ["X-Fixture"] = "yes" }, trusted };

    private static async Task AddAsync(RunningServer server, object toolServer)
    {
        using var response = await server.PostAsync("/api/tools/servers", toolServer);
        Assert.Equal(201, (int)response.StatusCode);
    }

    private static async Task<JsonElement> CallAsync(RunningServer server, string tool, object arguments) =>
        await server.JsonAsync(await server.PostAsync($"/api/tools/{Uri.EscapeDataString(tool)}/call", new { arguments }));

    [Fact]
    public async Task The_providers_bodies_show_the_tools_of_both_transports_with_full_schemas_and_the_results_in_order()
    {
        using var program = await ToolProgram.StartAsync();
        await using var provider = new ScriptedCompletions("""[{"id":"a","name":"remote_add","arguments":"{\"a\":1,\"b\":2}"},{"id":"b","name":"add","arguments":"{\"a\":3,\"b\":4}"}]""");
        await using var server = new RunningServer(null, [.. Quick, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", provider.Url), ("Turnpike:Providers:0:key", "k")]);
        await AddAsync(server, await StdioAsync());
        await AddAsync(server, Http(program));

        var turn = await server.TurnAsync(new { model = "fake/m", content = "Add", tools = new[] { "add", "remote.add" } });
        Assert.Equal("done", turn.GetProperty("answer").GetString());
        var tools = JsonNode.Parse(provider.Bodies[0])!["tools"]!.AsArray();
        Assert.Equal(["add", "remote_add"], tools.Select(tool => (string)tool!["function"]!["name"]!));
        foreach (var tool in tools)
        {
            Assert.Equal("Adds two numbers.", (string)tool!["function"]!["description"]!);
            Assert.Equal("""{"a":{"type":"number","description":"The first."},"b":{"type":"number","description":"The second."}}""", tool["function"]!["parameters"]!["properties"]!.ToJsonString());
            Assert.Equal("""["a","b"]""", tool["function"]!["parameters"]!["required"]!.ToJsonString());
        }
        var messages = JsonNode.Parse(provider.Bodies[1])!["messages"]!.AsArray();
        Assert.Equal([("a", "3"), ("b", "7")], messages.Where(message => (string)message!["role"]! == "tool").Select(message => ((string)message!["tool_call_id"]!, (string)message["content"]!)));
        Assert.Equal(["remote", "local"], (await server.GetJsonAsync($"/api/turns/{turn.GetProperty("id").GetString()}/trace")).EnumerateArray().First(station => station.GetProperty("station").GetString() == "tools").GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("source").GetString()!).Reverse());
    }

    [Fact]
    public async Task Triggers_choose_among_tools_of_all_four_sources()
    {
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, await StdioAsync("local", true, "add", "big"));
        await server.PostAsync("/api/prompts", new { key = "translate", description = "Translates.", messages = new[] { new { role = "user", content = "Translate {{input}}" } } });
        async Task<string> OfferedAsync(string content)
        {
            await server.TurnAsync(new { content, tools = new[] { "current_time", "add", "run_translate" }, clientTools = new[] { new { name = "locate" } } });
            return string.Join(' ', server.Model.Last.Tools);
        }
        Assert.Equal("add current_time locate run_translate", await OfferedAsync("Hi"));
        Assert.Equal("add big current_time locate run_translate", await OfferedAsync("@.tools.activate big; Hi"));
        Assert.Equal("current_time locate", await OfferedAsync("@.tools.deactivate add, run_*; Hi"));
        Assert.Equal("add current_time run_translate", await OfferedAsync("@.tools.deactivate locate; Hi"));
        Assert.Equal("add current_time locate run_translate", await OfferedAsync("@.tools.only add, locate, current_time, run_translate; Hi"));
        Assert.Equal("add big", await OfferedAsync("@.tools.only local.*; Hi"));
        Assert.Equal("", await OfferedAsync("@.tools.none; Hi"));
        foreach (var name in (string[])["add", "locate", "current_time", "run_translate"])
        {
            await OfferedAsync($"@.tools.require {name}; Hi");
            Assert.Equal(name, Assert.IsType<Microsoft.Extensions.AI.RequiredChatToolMode>(server.Model.Last.Options.ToolMode).RequiredFunctionName);
        }
    }

    [Fact]
    public async Task Tools_of_a_server_that_is_not_trusted_ask_for_approval()
    {
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, await StdioAsync("local", trusted: false));
        server.Model.Calls("add", new() { ["a"] = 1, ["b"] = 2 }).Says("3");
        using var response = await server.PostAsync("/api/turns", new { content = "Add", tools = new[] { "add" } });
        Assert.Equal(202, (int)response.StatusCode);
        var waiting = await server.JsonAsync(response);
        Assert.Contains("not trusted", waiting.GetProperty("openCalls")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        await server.PostAsync($"/api/turns/{waiting.GetProperty("id").GetString()}/approvals/call_1", new { approved = true });
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{waiting.GetProperty("id").GetString()}/events");
        await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("tool: [result 3]", server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Whatever_a_server_does_is_told_to_the_model_in_bounds()
    {
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, await StdioAsync());
        Assert.Equal("\"fail\" failed: out of order", (await CallAsync(server, "fail", new { })).GetProperty("error").GetString());
        var big = (await CallAsync(server, "big", new { length = 5_000_000 })).GetProperty("result").GetString()!;
        Assert.EndsWith("[cut: 4999000 of 5000000 characters left out]", big, StringComparison.Ordinal);
        Assert.Equal("\"hang\" did not answer within 2 s.", (await CallAsync(server, "hang", new { })).GetProperty("error").GetString());
        Assert.Contains("do not fit its schema", (await CallAsync(server, "add", new { a = "one" })).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("went away during the call", (await CallAsync(server, "die", new { })).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("5", (await CallAsync(server, "add", new { a = 2, b = 3 })).GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_program_sees_only_the_environment_it_is_given_and_may_flood_its_error_stream()
    {
        await using var server = new RunningServer(null, Quick);
        var program = JsonSerializer.SerializeToNode(await StdioAsync())!;
        program["env"]!["FLOOD"] = "1";
        await AddAsync(server, program);
        Assert.Equal("""{"key":null,"own":"given"}""", (await CallAsync(server, "secrets", new { })).GetProperty("result").GetString());
    }

    [Fact]
    public async Task Pictures_reach_the_model_as_media()
    {
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, await StdioAsync());
        server.Model.Calls("picture").Says("Red.");
        await server.TurnAsync(new { content = "Look", tools = new[] { "picture" } });
        var result = server.Model.Last.Messages[^1].Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>().Single();
        var parts = Assert.IsAssignableFrom<IEnumerable<Microsoft.Extensions.AI.AIContent>>(result.Result).ToArray();
        Assert.Equal("Here it is.", Assert.IsType<Microsoft.Extensions.AI.TextContent>(parts[0]).Text);
        Assert.Equal("image/png", Assert.IsType<Microsoft.Extensions.AI.DataContent>(parts[1]).MediaType);
    }

    [Fact]
    public async Task Strange_names_become_legal_ones_and_still_find_their_tool()
    {
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, await StdioAsync());
        await server.TurnAsync(new { content = "Go", tools = new[] { "na*" } });
        var name = Assert.Single(server.Model.Last.Tools);
        Assert.Matches("^na_ve_n_me___n+_[0-9a-f]{8}$", name);
        Assert.Equal(64, name.Length);
        server.Model.Calls(name).Says("ok");
        await server.TurnAsync(new { content = "Go", tools = new[] { "na*" } });
        Assert.Equal("tool: [result odd]", server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task A_list_that_changes_is_read_anew()
    {
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, await StdioAsync());
        await CallAsync(server, "grow", new { });
        for (var i = 0; i < 200; i++)
        {
            if ((await server.GetJsonAsync("/api/tools")).GetProperty("data").EnumerateArray().Any(tool => tool.GetProperty("name").GetString() == "grown")) return;
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
        Assert.Fail("The new tool was never listed.");
    }

    [Fact]
    public async Task A_server_over_HTTP_that_dies_is_told_of_and_its_health_says_why()
    {
        using var program = await ToolProgram.StartAsync();
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, Http(program));
        Assert.Equal("3", (await CallAsync(server, "add", new { a = 1, b = 2 })).GetProperty("result").GetString());
        program.Kill();
        Assert.True((await CallAsync(server, "add", new { a = 1, b = 2 })).TryGetProperty("error", out _));
        using var tested = await server.PostAsync("/api/tools/servers/remote/test", new { });
        Assert.Equal("failed", (await server.JsonAsync(tested)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Servers_are_added_listed_with_their_health_and_taken_away_and_their_secrets_are_masked()
    {
        using var program = await ToolProgram.StartAsync();
        await using var server = new RunningServer(null, Quick);
        await AddAsync(server, Http(program));
        using var tested = await server.PostAsync("/api/tools/servers/remote/test", new { });
        Assert.Equal("ready", (await server.JsonAsync(tested)).GetProperty("status").GetString());
        var row = (await server.GetJsonAsync("/api/tools/servers")).GetProperty("data")[0];
        Assert.Equal(("remote", "http", "•••", "ready"), (row.GetProperty("name").GetString(), row.GetProperty("transport").GetString(), row.GetProperty("headers").GetProperty("X-Fixture").GetString(), row.GetProperty("status").GetString()));
        Assert.Equal(11, row.GetProperty("health").GetProperty("tools").GetInt32());
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/api/tools/servers/remote");
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal((404, "tool_unknown"), Head(await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, "/api/tools/servers/remote"))));
        Assert.Equal((422, "tool_unknown"), Head(await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "x", tools = new[] { "remote.add" } }))));

        static (int, string?) Head((int Status, string? Code, string? Detail, JsonElement Body) refused) => (refused.Status, refused.Code);
    }

    [Theory]
    [InlineData("""{"name":"a b","transport":"http","url":"http://x"}""", "name")]
    [InlineData("""{"name":"turnpike","transport":"http","url":"http://x"}""", "name")]
    [InlineData("""{"name":"a","transport":"http"}""", "url")]
    [InlineData("""{"name":"a","transport":"http","url":"ftp://x"}""", "url")]
    [InlineData("""{"name":"a","transport":"stdio"}""", "command")]
    [InlineData("""{"name":"a","transport":"pigeon","url":"http://x"}""", "transport")]
    [InlineData("""{"name":"a","transport":"http","url":"http://x","trustd":true}""", "trustd")]
    public async Task A_server_that_cannot_be_one_is_refused_with_the_field(string body, string field)
    {
        await using var server = new RunningServer();
        var (status, code, _, json) = await server.RefusedAsync(server.CurlAsync("/api/tools/servers", body));
        Assert.Equal((400, "request_invalid", field), (status, code, json.GetProperty("field").GetString()));
    }
}
