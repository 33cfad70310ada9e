using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>Prompts that MCP clients run as tools.</summary>
public sealed class RunningPromptsOverMcp
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_runs_its_prompt_as_a_turn_and_tells_how_it_goes(bool modern)
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern);
        var tool = (await client.ResultAsync("tools/list"))["tools"]!.AsArray().Single(tool => (string)tool!["name"]! == "run_support")!;
        Assert.Equal("""["city","input"]""", tool["inputSchema"]!["required"]!.ToJsonString());
        Assert.True((bool)tool["annotations"]!["openWorldHint"]!);

        server.Model.Says("Yes.");
        var (status, messages) = await client.AskAsync("tools/call", Json("""{"name":"run_support","arguments":{"city":"Paris","input":"@.tools.activate current_time; Rain?"},"_meta":{"progressToken":"p1"}}"""));
        Assert.Equal(200, status);
        Assert.Contains(messages.SkipLast(1), told => (string?)told["method"] == "notifications/progress" && (string?)told["params"]!["progressToken"] == "p1" && (string?)told["params"]!["message"] == "step 1");
        var result = messages[^1]["result"]!;
        Assert.Equal(("Yes.", false), ((string?)result["content"]![0]!["text"], (bool)result["isError"]!));
        Assert.Equal("system: You help in Paris.", server.Model.Last.Transcript[0]);
        Assert.Contains("@.tools.activate current_time; Rain?", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Empty(server.Model.Last.Tools);
        var turn = await server.GetJsonAsync($"/api/turns/{(string)result["_meta"]!["turnpike/turn"]!}");
        Assert.Equal("support", turn.GetProperty("prompt").GetProperty("key").GetString());

        var conversation = (string)result["_meta"]!["turnpike/conversation"]!;
        await client.AskAsync("tools/call", new() { ["name"] = "run_support", ["arguments"] = new JsonObject { ["city"] = "Paris", ["input"] = "And now?", ["conversation_id"] = conversation } });
        Assert.Contains("assistant: Yes.", server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_conversation_that_is_busy_is_told_to_the_model_that_calls()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: false);
        var begun = await client.ResultAsync("tools/call", Json("""{"name":"run_support","arguments":{"city":"Rome","input":"one"}}"""));
        var conversation = (string?)begun["_meta"]!["turnpike/conversation"];
        server.Model.Answers((_, stop) => Hanging(stop));
        var running = await server.SubmitAsync($$"""{"content":"long","conversation":"{{conversation}}"}""");
        var told = await client.ResultAsync("tools/call", Json($$"""{"name":"run_support","arguments":{"input":"two","conversation_id":"{{conversation}}"} }"""));
        Assert.Equal((true, "conversation_busy"), ((bool)told["isError"]!, (string?)told["_meta"]!["turnpike/code"]));
        Assert.DoesNotContain("parent", (string)told["content"]![0]!["text"]!, StringComparison.Ordinal);
        using var cancelled = await server.PostAsync($"/api/turns/{running}/cancel", new { });
        var wrong = Assert.IsType<JsonObject>((await client.ErrorAsync("prompts/get", Json("""{"name":"support","arguments":{"city":"Rome","q":"x"}}"""))).Error);
        Assert.Equal(("variable_undefined", null, "q"), ((string?)wrong["data"]!["code"], wrong["data"]!["missing"], (string?)wrong["data"]!["variables"]![0]));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Hanging([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }

    [Fact]
    public async Task A_conversation_that_goes_on_has_its_values_and_the_turn_tells_what_lacks()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: false);
        var begun = await client.ResultAsync("tools/call", Json("""{"name":"run_support","arguments":{"city":"Rome","input":"one"}}"""));
        JsonObject Next(string? conversation, string more = "") => Json($$"""{"name":"run_support","arguments":{"input":"two","conversation_id":"{{conversation}}"{{more}} } }""");
        var conversation = (string?)begun["_meta"]!["turnpike/conversation"];
        Assert.False((bool)(await client.ResultAsync("tools/call", Next(conversation)))["isError"]!);
        Assert.Equal("system: You help in Rome.", server.Model.Last.Transcript[0]);
        Assert.Contains("assistant: ok", server.Model.Last.Transcript);
        Assert.Equal(-32602, (await client.ErrorAsync("tools/call", Next(conversation, ",\"city\":\"Atlantis\""))).Code);

        var other = (await server.TurnAsync(new { content = "Hi" })).GetProperty("conversation").GetString();
        var (_, code, error) = await client.ErrorAsync("tools/call", Next(other));
        Assert.Equal((-32602, "variable_missing", "city"), (code, (string?)error["data"]!["code"], (string?)error["data"]!["missing"]![0]));
        var asking = new McpClientOf(server, modern: true) { Capabilities = Json("""{"elicitation":{"form":{}}}""") };
        var form = await asking.ResultAsync("tools/call", Next(other));
        Assert.Equal("input_required", (string?)form["resultType"]);
        var again = Next(other);
        again["requestState"] = form["requestState"]!.DeepClone();
        again["inputResponses"] = Json("""{"variables":{"action":"accept","content":{"city":"Parma"}}}""");
        Assert.False((bool)(await asking.ResultAsync("tools/call", again))["isError"]!);
        Assert.Equal("system: You help in Parma.", server.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task A_run_answers_with_the_pictures_that_its_tools_made()
    {
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => new AIContent[] { new TextContent("Drawn."), new DataContent(new byte[] { 1, 2, 3 }, "image/png") }, "draw")));
        await server.PostAsync("/api/prompts", new { key = "artist", messages = new[] { new { role = "user", content = "Draw" } }, tools = new[] { "draw" } });
        server.Model.Calls("draw").Says("Here.");
        var result = await new McpClientOf(server, modern: true).ResultAsync("tools/call", Json("""{"name":"run_artist","arguments":{}}"""));
        Assert.Equal("""[{"type":"text","text":"Here."},{"type":"image","data":"AQID","mimeType":"image/png"}]""", result["content"]!.ToJsonString());
    }

    [Fact]
    public async Task Arguments_that_do_not_fit_and_turns_that_fail_are_told_apart()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: true);
        var (_, code, error) = await client.ErrorAsync("tools/call", Json("""{"name":"run_support","arguments":{"input":"Hi"}}"""));
        Assert.Equal((-32602, "city"), (code, (string?)error["data"]!["missing"]![0]));
        Assert.Equal(-32602, (await client.ErrorAsync("tools/call", Json("""{"name":"run_support","arguments":{"city":"Atlantis","input":"Hi"}}"""))).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("tools/call", Json("""{"name":"run_none"}"""))).Code);
        server.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "It said no."));
        var result = await client.ResultAsync("tools/call", Json("""{"name":"run_support","arguments":{"city":"Paris","input":"Hi"}}"""));
        Assert.Equal((true, "It said no."), ((bool)result["isError"]!, (string?)result["content"]![0]!["text"]));
    }

    [Fact]
    public async Task A_prompt_with_an_object_for_its_output_answers_with_the_value()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: false);
        var tool = (await client.ResultAsync("tools/list"))["tools"]!.AsArray().Single(tool => (string)tool!["name"]! == "run_team_sum")!;
        Assert.Equal("number", (string?)tool["outputSchema"]!["properties"]!["total"]!["type"]);
        server.Model.Says("""{"total":3}""").Says("three");
        Assert.Equal("""{"total":3}""", (await client.ResultAsync("tools/call", Json("""{"name":"run_team_sum","arguments":{"input":"1 2"}}""")))["structuredContent"]!.ToJsonString());
        var second = await client.ResultAsync("tools/call", Json("""{"name":"run_team_sum","arguments":{"input":"1 2"}}"""));
        Assert.True((bool)second["isError"]!);
        Assert.Null(second["structuredContent"]);
    }

    [Fact]
    public async Task A_call_that_needs_approval_is_asked_where_forms_are_shown_and_denied_elsewhere()
    {
        var sent = 0;
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => { sent++; return "sent"; }, "mail")));
        await server.PostAsync("/api/prompts", new { key = "post", messages = new[] { new { role = "user", content = "Post it" } }, tools = new[] { "mail" }, approval = new { mail = "ask" } });
        var client = new McpClientOf(server, modern: true) { Capabilities = Json("""{"elicitation":{}}""") };
        server.Model.Calls("mail").Says("Posted.");
        var asked = await client.ResultAsync("tools/call", Json("""{"name":"run_post","arguments":{}}"""));
        Assert.Equal(("input_required", 0), ((string?)asked["resultType"], sent));
        Assert.Equal("boolean", (string?)asked["inputRequests"]!["call_1"]!["params"]!["requestedSchema"]!["properties"]!["approve"]!["type"]);
        var done = await client.ResultAsync("tools/call", new() { ["name"] = "run_post", ["arguments"] = new JsonObject(), ["requestState"] = (string)asked["requestState"]!, ["inputResponses"] = Json("""{"call_1":{"action":"accept","content":{"approve":true}}}""") });
        Assert.Equal(("Posted.", 1), ((string?)done["content"]![0]!["text"], sent));

        server.Model.Calls("mail").Says("Not posted.");
        var denied = await new McpClientOf(server, modern: true).ResultAsync("tools/call", Json("""{"name":"run_post","arguments":{}}"""));
        Assert.Equal(("Not posted.", 1), ((string?)denied["content"]![0]!["text"], sent));
        Assert.Contains("nobody can be asked here", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tool_of_the_client_that_a_prompt_describes_is_refused_and_nobody_is_asked(bool showsForms)
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "opener", messages = new[] { new { role = "user", content = "Open it" } }, clientTools = new[] { new { name = "open_file" } } });
        server.Model.Calls("open_file").Says("I cannot.");
        var client = new McpClientOf(server, modern: true) { Capabilities = Json(showsForms ? """{"elicitation":{}}""" : "{}") };
        var result = await client.ResultAsync("tools/call", Json("""{"name":"run_opener","arguments":{}}"""));
        Assert.Equal(("I cannot.", false), ((string?)result["content"]![0]!["text"], (bool)result["isError"]!));
        Assert.Contains("A client executes it, and none takes part in this turn.", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Marked", new[] { "run_yes" })]
    [InlineData("None", new string[0])]
    [InlineData("All", new[] { "run_quiet", "run_yes" })]
    public async Task Which_prompts_are_tools_is_an_option_and_each_prompts_own_word(string option, string[] tools)
    {
        await using var server = new RunningServer(null, ("Turnpike:Mcp:Tools", option));
        foreach (var (key, mark) in ((string, object?)[])[("yes", new { turnpike = new { mcp = new { tool = true } } }), ("no", new { turnpike = new { mcp = new { tool = false } } }), ("quiet", null)])
            await server.PostAsync("/api/prompts", new { key, messages = new[] { new { role = "user", content = "x" } }, metadata = mark });
        var listed = (await new McpClientOf(server, modern: true).ResultAsync("tools/list"))["tools"]!.AsArray().Select(tool => (string)tool!["name"]!).Where(name => name is "run_yes" or "run_no" or "run_quiet");
        Assert.Equal(tools, listed);
    }
}
