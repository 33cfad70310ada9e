using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Turns;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>What prompts say of themselves for MCP clients, and what becomes of faults.</summary>
public sealed class ClosedPrompts
{
    private static string[] Names(JsonObject result, string list, string member) => [.. result[list]!.AsArray().Select(row => (string)row![member]!).Where(name => name.Contains("own_", StringComparison.Ordinal))];

    private static async Task<RunningServer> ServerAsync(string tools)
    {
        var server = new RunningServer(null, ("Turnpike:Mcp:Tools", tools));
        foreach (var (key, mcp) in ((string, object?)[])[("own_none", new { prompt = false, tool = false }), ("own_prompt", new { tool = false }), ("own_tool", new { prompt = false, tool = true }), ("own_quiet", null)])
        {
            using var saved = await server.PostAsync("/api/prompts", new { key, messages = new[] { new { role = "user", content = "Hi {{x}}" } }, variables = new[] { new { name = "x", type = "enum", options = new[] { "one" } } }, resources = new[] { new { id = "faq", kind = "text", text = "Hidden." } }, mcp });
            Assert.Equal(201, (int)saved.StatusCode);
        }
        return server;
    }

    [Theory]
    [InlineData("All", new[] { "run_own_quiet", "run_own_tool" })]
    [InlineData("Marked", new[] { "run_own_tool" })]
    public async Task A_prompt_that_is_closed_is_neither_listed_nor_got_nor_called_nor_completed(string option, string[] tools)
    {
        await using var server = await ServerAsync(option);
        var client = new McpClientOf(server, modern: true);
        Assert.Equal(["own_prompt", "own_quiet"], Names(await client.ResultAsync("prompts/list"), "prompts", "name").Order());
        Assert.Equal(tools, Names(await client.ResultAsync("tools/list"), "tools", "name").Order());
        Assert.Equal(2, (await client.ResultAsync("resources/list"))["resources"]!.AsArray().Count(row => ((string)row!["uri"]!).Contains("/own_", StringComparison.Ordinal)));
        foreach (var name in (string[])["own_none", "own_none@1", "own_tool"]) Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", new() { ["name"] = name })).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("tools/call", Json("""{"name":"run_own_none","arguments":{}}"""))).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("completion/complete", Json("""{"ref":{"type":"ref/prompt","name":"own_none"},"argument":{"name":"x","value":""}}"""))).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("resources/read", Json("""{"uri":"turnpike://prompts/own_none/resources/faq"}"""))).Code);
        Assert.Empty(server.Model.Requests);
        using var opened = await server.SendAsync(HttpMethod.Put, "/api/prompts/own_none", """{"messages":[{"role":"user","content":"Open"}]}""");
        using var latest = await server.SendAsync(HttpMethod.Put, "/api/prompts/own_none/labels/production", """{"version":2}""");
        Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", Json("""{"name":"own_none@1"}"""))).Code);
        await client.ResultAsync("prompts/get", Json("""{"name":"own_none"}"""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Templates_are_listed_each_time_and_ids_of_turns_and_bound_resources_are_completed(bool modern)
    {
        await using var server = await ServerAsync("All");
        var client = new McpClientOf(server, modern);
        for (var i = 0; i < 2; i++) Assert.Equal(4, (await client.ResultAsync("resources/templates/list"))["resourceTemplates"]!.AsArray().Count);
        var turn = (await server.TurnAsync(new { content = "Hello" })).GetProperty("id").GetString()!;
        Assert.Equal($$"""{"values":["{{turn}}"],"total":1,"hasMore":false}""", await CompletedAsync($$$"""{"ref":{"type":"ref/resource","uri":"turnpike://turns/{id}"},"argument":{"name":"id","value":"{{{turn[..10]}}}"}}"""));
        Assert.Equal("""{"values":["faq"],"total":1,"hasMore":false}""", await CompletedAsync("""{"ref":{"type":"ref/resource","uri":"turnpike://prompts/{key}/resources/{id}"},"argument":{"name":"id","value":""},"context":{"arguments":{"key":"own_quiet"}}}"""));
        Assert.Equal("""{"values":[],"total":0,"hasMore":false}""", await CompletedAsync("""{"ref":{"type":"ref/resource","uri":"turnpike://prompts/{key}/resources/{id}"},"argument":{"name":"id","value":""},"context":{"arguments":{"key":"own_none"}}}"""));

        async Task<string> CompletedAsync(string asked) => (await client.ResultAsync("completion/complete", Json(asked)))["completion"]!.ToJsonString();
    }

    [Theory]
    [InlineData(true, "prompts/list")]
    [InlineData(false, "prompts/list")]
    [InlineData(true, "tools/call")]
    [InlineData(false, "tools/call")]
    [InlineData(true, "subscriptions/listen")]
    public async Task A_fault_of_the_server_is_an_error_of_the_protocol_and_tells_nothing(bool modern, string method)
    {
        await using var server = new RunningServer(services => services.AddSingleton<IMcpContent>(new FaultyContent("tool")));
        var (status, code, error) = await new McpClientOf(server, modern).ErrorAsync(method, Json("""{"name":"other","arguments":{}}"""));
        Assert.Equal((200, -32603), (status, code));
        Assert.DoesNotContain("secret words", error.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_only_the_operator_is_to_know_of_a_refusal_stands_in_the_log(bool modern)
    {
        var log = new KeptLog();
        var refusal = new TurnException(TurnErrorCode.StorageUnavailable, "The database is full.") { OperatorMessage = "The database \"/srv/turnpike.db\" is full." };
        await using var server = new RunningServer(services => services.AddSingleton<IMcpContent>(new FaultyContent("tool", refusal)).AddSingleton<ILoggerProvider>(log));
        var (status, code, error) = await new McpClientOf(server, modern).ErrorAsync("prompts/list");
        Assert.Equal((200, -32603, "The database is full."), (status, code, (string?)error["message"]));
        Assert.DoesNotContain("/srv", error.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains("The MCP request prompts/list was refused: The database \"/srv/turnpike.db\" is full.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_with_forms_is_asked_for_what_a_run_lacks()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new
        {
            key = "guide",
            messages = new[] { new { role = "user", content = "Show {{city}} to {{guests}} in {{days}} days." } },
            variables = new object[] { new { name = "city", required = true }, new { name = "guests", type = "list", required = true }, new { name = "days", type = "enum", options = new[] { 2, 3 }, required = true } },
        });
        var client = new McpClientOf(server, modern: true) { Capabilities = Json("""{"elicitation":{"form":{}}}""") };
        var call = Json("""{"name":"run_guide","arguments":{"city":"Rome"}}""");
        var asked = await client.ResultAsync("tools/call", (JsonObject)call.DeepClone());
        Assert.Equal("input_required", (string?)asked["resultType"]);
        var schema = asked["inputRequests"]!["variables"]!["params"]!["requestedSchema"]!;
        Assert.Equal("""["guests","days"]""", schema["required"]!.ToJsonString());
        Assert.Equal("""["2","3"]""", schema["properties"]!["days"]!["enum"]!.ToJsonString());
        (call["requestState"], call["inputResponses"]) = ((string)asked["requestState"]!, Json("""{"variables":{"action":"accept","content":{"guests":"[\"Ada\",\"Bob\"]","days":"3"}}}"""));
        var done = await client.ResultAsync("tools/call", (JsonObject)call.DeepClone());
        Assert.Equal("user: Show Rome to Ada,Bob in 3 days.", server.Model.Last.Transcript[0]);
        Assert.False((bool)done["isError"]!);
        call["inputResponses"] = Json("""{"variables":{"action":"decline"}}""");
        Assert.Equal(-32602, (await client.ErrorAsync("tools/call", (JsonObject)call.DeepClone())).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("tools/call", Json("""{"name":"run_guide","arguments":{"city":7}}"""))).Code); // a form cannot mend that
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_variable_named_as_the_conversation_is_an_argument_of_its_own()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "ticket", messages = new[] { new { role = "user", content = "Look at {{conversation_id}}" } }, variables = new[] { new { name = "conversation_id", required = true, description = "Theirs." } } });
        var client = new McpClientOf(server, modern: true);
        var tool = (await client.ResultAsync("tools/list"))["tools"]!.AsArray().Single(tool => (string)tool!["name"]! == "run_ticket")!;
        Assert.Equal(("Theirs.", "[\"conversation_id\"]"), ((string?)tool["inputSchema"]!["properties"]!["conversation_id"]!["description"], tool["inputSchema"]!["required"]!.ToJsonString()));
        await client.ResultAsync("tools/call", Json("""{"name":"run_ticket","arguments":{"conversation_id":"T-7"}}"""));
        Assert.Equal("user: Look at T-7", server.Model.Last.Transcript[0]);
    }

    [Theory]
    [InlineData("user", "Translate: {{input}}", "user: Translate: Hi")]
    [InlineData("system", "Translate {{input}}.", "system: Translate Hi.|user: Hi")]
    public async Task A_variable_named_as_the_typed_text_is_an_argument_of_its_own_and_said_where_nothing_else_is(string role, string content, string sent)
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "put", messages = new[] { new { role, content } }, variables = new[] { new { name = "input", required = true, description = "Theirs." } } });
        var client = new McpClientOf(server, modern: true);
        var tool = (await client.ResultAsync("tools/list"))["tools"]!.AsArray().Single(tool => (string)tool!["name"]! == "run_put")!;
        Assert.Equal(("Theirs.", "[\"input\"]"), ((string?)tool["inputSchema"]!["properties"]!["input"]!["description"], tool["inputSchema"]!["required"]!.ToJsonString()));
        Assert.False((bool)(await client.ResultAsync("tools/call", Json("""{"name":"run_put","arguments":{"input":"Hi"}}""")))["isError"]!);
        Assert.Equal(sent, string.Join('|', server.Model.Last.Transcript));
        server.Model.Calls("run_put", new() { ["input"] = "Hi" }).Says("ok");
        await server.TurnAsync(new { content = "Go", tools = new[] { "run_put" } });
        Assert.Equal(sent, string.Join('|', server.Model.Requests[^2].Transcript));
    }

    [Fact]
    public async Task A_tool_whose_name_no_header_holds_is_called()
    {
        await using var served = new RunningServer(services => services.AddSingleton<IMcpContent>(new FaultyContent("grüßen")));
        await using var server = new RunningServer();
        using var added = await server.PostAsync("/api/tools/servers", new { name = "north", transport = "http", url = new Uri(served.Client.BaseAddress!, "/mcp"), trusted = true });
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await server.TurnAsync(new { content = "Go", tools = new[] { "north.*" } });
        server.Model.Calls(Assert.Single(server.Model.Last.Tools)).Says("ok");
        await server.TurnAsync(new { content = "Go", tools = new[] { "north.*" } });
        Assert.Equal("tool: [result Moin.]", server.Model.Last.Transcript[^1]);
        Assert.Contains("MCP 2026-07-28", (await server.GetJsonAsync("/api/tools/servers")).GetProperty("data")[0].GetProperty("health").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
