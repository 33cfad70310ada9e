using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>The prompts of a server for MCP clients, in both eras of the protocol.</summary>
public sealed class ServingPrompts
{
    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    private static async Task<RunningServer> ServerAsync(params (string, string)[] settings)
    {
        var server = new RunningServer(null, settings);
        using var first = await server.PostAsync("/api/prompts", new
        {
            key = "support",
            title = "Support",
            description = "Answers about a city.",
            messages = new[] { new { role = "system", content = "You help in {{city}}." } },
            variables = new object[] { new { name = "city", type = "enum", required = true, options = new[] { "Paris", "Parma", "Rome" }, description = "Where." }, new { name = "days", type = "integer", @default = 2 } },
            resources = new[] { new { id = "faq", kind = "text", title = "FAQ", text = "Ask away.", policy = "sticky" } },
        });
        using var second = await server.PostAsync("/api/prompts", new
        {
            key = "team/sum",
            messages = new[] { new { role = "user", content = "Sum up {{input}}" } },
            output = new { schema = new { type = "object", properties = new { total = new { type = "number" } }, required = new[] { "total" } } },
        });
        Assert.Equal((201, 201), ((int)first.StatusCode, (int)second.StatusCode));
        return server;
    }

    [Fact]
    public async Task The_legacy_era_opens_with_the_clients_version_and_without_a_session()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: false);
        using var response = await client.SendAsync("initialize", Json("""{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}"""));
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
        var opened = (await server.JsonAsync(response)).GetProperty("result");
        Assert.Equal(("2025-06-18", "turnpike", false), (opened.GetProperty("protocolVersion").GetString(), opened.GetProperty("serverInfo").GetProperty("name").GetString(), opened.GetProperty("capabilities").GetProperty("prompts").GetProperty("listChanged").GetBoolean()));
        Assert.Equal("2025-11-25", (string?)(await client.ResultAsync("initialize", Json("""{"protocolVersion":"1999-01-01"}""")))["protocolVersion"]);
        Assert.Empty(await client.ResultAsync("ping"));
        Assert.Equal((200, -32601), Head(await client.ErrorAsync("server/discover")));
        Assert.Equal((200, -32601), Head(await client.ErrorAsync("no/such")));
        Assert.Equal((200, -32002), Head(await client.ErrorAsync("resources/read", Json("""{"uri":"turnpike://files/none"}"""))));
        using var told = await server.SendAsync(HttpMethod.Post, "/mcp", """{"jsonrpc":"2.0","method":"notifications/initialized"}""", ("Accept", "application/json, text/event-stream"));
        Assert.Equal(202, (int)told.StatusCode);
    }

    [Fact]
    public async Task The_modern_era_discovers_and_checks_what_a_message_says_of_itself_in_order()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: true);
        var found = await client.ResultAsync("server/discover");
        Assert.Equal(["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"], found["supportedVersions"]!.AsArray().Select(version => (string)version!));
        Assert.Equal(("complete", 3600000, "private", true), ((string?)found["resultType"], (int)found["ttlMs"]!, (string?)found["cacheScope"], (bool)found["capabilities"]!["prompts"]!["listChanged"]!));
        Assert.Equal("turnpike", (string?)found["_meta"]!["io.modelcontextprotocol/serverInfo"]!["name"]);
        foreach (var gone in (string[])["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "no/such"]) Assert.Equal((gone == "initialize" ? 200 : 404), (await client.AskAsync(gone)).Status);

        var (status, code, error) = await client.ErrorAsync("prompts/list", Json("""{"_meta":{}}"""), request => Replace(request, "MCP-Protocol-Version", "2027-01-01", text => text.Replace("2026-07-28", "2027-01-01", StringComparison.Ordinal)));
        Assert.Equal((400, -32022, "2027-01-01"), (status, code, (string?)error["data"]!["requested"]));
        Assert.Equal((400, -32020), Head(await client.ErrorAsync("prompts/list", null, request => request.Headers.Remove("Mcp-Method"))));
        Assert.Equal((400, -32020), Head(await client.ErrorAsync("prompts/get", Json("""{"name":"support"}"""), request => Replace(request, "Mcp-Name", "other"))));
        Assert.Equal((400, -32602), Head(await client.ErrorAsync("prompts/list", null, request => Replace(request, "Mcp-Method", "prompts/list", text => text.Replace("clientCapabilities", "somethingElse", StringComparison.Ordinal)))));
        Assert.Equal((200, -32602), Head(await client.ErrorAsync("resources/read", Json("""{"uri":"turnpike://files/none"}"""))));
        Assert.Equal((200, -32602), Head(await client.ErrorAsync("prompts/list", Json("""{"cursor":"mine"}"""))));
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""{"id":1,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""", -32602)]
    public async Task A_body_that_is_no_message_is_refused(string body, int code)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Post, "/mcp", body, ("Accept", "application/json, text/event-stream"));
        Assert.Equal((400, code), ((int)response.StatusCode, (await server.JsonAsync(response)).GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task The_door_takes_posts_of_clients_that_read_both_answers_from_origins_that_are_known()
    {
        await using var server = new RunningServer(null, ("Turnpike:AllowedOrigins:0", "https://friend.example"));
        const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete])
        {
            using var refused = await server.SendAsync(method, "/mcp");
            Assert.Equal((405, "POST"), ((int)refused.StatusCode, string.Join(',', refused.Content.Headers.Allow)));
        }
        Assert.Equal(406, await StatusAsync(("Accept", "application/json")));
        Assert.Equal(403, await StatusAsync(("Accept", "application/json, text/event-stream"), ("Origin", "https://evil.example")));
        Assert.Equal(200, await StatusAsync(("Accept", "application/json, text/event-stream"), ("Origin", "https://friend.example")));
        Assert.Equal(200, await StatusAsync(("Accept", "application/json, text/event-stream"), ("Origin", server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority))));

        async Task<int> StatusAsync(params (string, string)[] headers)
        {
            using var response = await server.SendAsync(HttpMethod.Post, "/mcp", Ping, headers);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task A_key_is_needed_has_its_scopes_and_sees_the_prompts_it_may_run()
    {
        await using var server = await ServerAsync();
        using (var file = await server.Client.PostAsync("/api/files", new MultipartFormDataContent { { new StringContent("hi"), "file", "a.txt" } }, TestContext.Current.CancellationToken)) Assert.Equal(201, (int)file.StatusCode);
        var some = await server.KeyAsync(new NewKey { Name = "some", Scopes = [Scopes.Turns], Prompts = ["team/*"] });
        var reader = await server.KeyAsync("reader", Scopes.PromptsRead);
        using var closed = await new McpClientOf(server, modern: true).SendAsync("prompts/list");
        Assert.Equal((401, "Bearer"), ((int)closed.StatusCode, closed.Headers.WwwAuthenticate.Single().Scheme));
        using var forbidden = await new McpClientOf(server, modern: true, reader.Secret).SendAsync("prompts/list");
        Assert.Equal(403, (int)forbidden.StatusCode);

        var client = new McpClientOf(server, modern: true, some.Secret);
        Assert.Equal(["team/sum"], (await client.ResultAsync("prompts/list"))["prompts"]!.AsArray().Select(prompt => (string)prompt!["name"]!));
        Assert.Equal(["run_team_sum"], (await client.ResultAsync("tools/list"))["tools"]!.AsArray().Select(tool => (string)tool!["name"]!));
        Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", Json("""{"name":"support","arguments":{"city":"Rome"}}"""))).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("tools/call", Json("""{"name":"run_support","arguments":{"city":"Rome","input":"Hi"}}"""))).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("resources/read", Json("""{"uri":"turnpike://prompts/support/resources/faq"}"""))).Code);
        Assert.Empty((await client.ResultAsync("resources/list"))["resources"]!.AsArray());
        Assert.Empty(server.Model.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prompts_are_listed_with_their_arguments_and_got_as_the_messages_of_a_first_turn(bool modern)
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern);
        var listed = await client.ResultAsync("prompts/list");
        var support = listed["prompts"]!.AsArray().Single(prompt => (string)prompt!["name"]! == "support")!;
        Assert.Equal("""{"name":"support","title":"Support","description":"Answers about a city.","arguments":[{"name":"city","description":"Where.","required":true},{"name":"days","required":false}],"_meta":{"turnpike/version":1}}""", support.ToJsonString());
        Assert.Equal(modern ? 60000 : null, (int?)listed["ttlMs"]);

        var got = await client.ResultAsync("prompts/get", Json("""{"name":"support@1","arguments":{"city":"Rome","days":"3"}}"""));
        var first = got["messages"]!.AsArray()[0]!;
        Assert.Equal(("user", "You help in Rome.", "system"), ((string)first["role"]!, (string)first["content"]!["text"]!, (string)first["content"]!["_meta"]!["turnpike/role"]!));
        Assert.Equal("Answers about a city.", (string?)got["description"]);
        var (_, code, error) = await client.ErrorAsync("prompts/get", Json("""{"name":"support"}"""));
        Assert.Equal((-32602, "variable_missing", "city"), (code, (string?)error["data"]!["code"], (string?)error["data"]!["missing"]![0]));
        Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", Json("""{"name":"none"}"""))).Code);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task Resources_that_are_bound_to_a_prompt_are_embedded_when_they_are_short_texts_and_linked_when_they_are_long()
    {
        await using var server = new RunningServer();
        var (longText, dot) = (new string('x', 40_000), "iVBORw0KGgo=");
        using var saved = await server.PostAsync("/api/prompts", new
        {
            key = "team/read",
            messages = new[] { new { role = "user", content = "Read this: {{input}}" } },
            resources = new object[] { new { id = "short", kind = "text", title = "Short", text = "Ask \"away\"." }, new { id = "long one", kind = "text", title = "Long", text = longText }, new { kind = "image", data = dot, mediaType = "image/png" } },
        });
        Assert.Equal(201, (int)saved.StatusCode);
        var client = new McpClientOf(server, modern: true);
        var contents = (await client.ResultAsync("prompts/get", Json("""{"name":"team/read"}""")))["messages"]!.AsArray().Select(message => message!["content"]!.ToJsonString()).ToArray();
        Assert.Equal(
        [
            """{"type":"text","text":"Read this: "}""",
            """{"type":"resource","resource":{"uri":"turnpike://prompts/team%2Fread/resources/short","text":"Ask \u0022away\u0022.","mimeType":"text/plain"}}""",
            """{"type":"resource_link","uri":"turnpike://prompts/team%2Fread/resources/long%20one","name":"Long","mimeType":"text/plain"}""",
            $$"""{"type":"image","data":"{{dot}}","mimeType":"image/png"}""",
        ], contents);
        var read = await client.ResultAsync("resources/read", Json("""{"uri":"turnpike://prompts/team%2Fread/resources/long%20one"}"""));
        Assert.Equal(longText, (string?)read["contents"]![0]!["text"]);
    }

    [Fact]
    public async Task A_client_with_forms_is_asked_for_what_is_missing_and_its_answer_counts_for_that_request_only()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: true) { Capabilities = Json("""{"elicitation":{"form":{}}}""") };
        var asked = await client.ResultAsync("prompts/get", Json("""{"name":"support"}"""));
        Assert.Equal("input_required", (string?)asked["resultType"]);
        var form = asked["inputRequests"]!["variables"]!;
        Assert.Equal(("elicitation/create", "form"), ((string?)form["method"], (string?)form["params"]!["mode"]));
        Assert.Equal("""["Paris","Parma","Rome"]""", form["params"]!["requestedSchema"]!["properties"]!["city"]!["enum"]!.ToJsonString());
        var state = (string)asked["requestState"]!;
        JsonObject Answer(string name, string action, string sealedState) => new() { ["name"] = name, ["requestState"] = sealedState, ["inputResponses"] = new JsonObject { ["variables"] = new JsonObject { ["action"] = action, ["content"] = new JsonObject { ["city"] = "Paris" } } } };
        var got = await client.ResultAsync("prompts/get", Answer("support", "accept", state));
        Assert.Equal("You help in Paris.", (string?)got["messages"]![0]!["content"]!["text"]);
        Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", Answer("support", "decline", state))).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", Answer("team/sum", "accept", state))).Code);
        Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", Answer("support", "accept", state[..^4] + "AAAA"))).Code);
    }

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

    [Fact]
    public async Task Resources_are_listed_read_and_completed()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: true);
        var listed = (await client.ResultAsync("resources/list"))["resources"]!.AsArray();
        Assert.Contains(listed, row => (string)row!["uri"]! == "turnpike://prompts/support/resources/faq");
        Assert.Equal("Ask away.", (string?)(await client.ResultAsync("resources/read", Json("""{"uri":"turnpike://prompts/support/resources/faq"}""")))["contents"]![0]!["text"]);
        Assert.Equal(4, (await client.ResultAsync("resources/templates/list"))["resourceTemplates"]!.AsArray().Count);

        server.Model.Says("Bonjour.");
        var turn = await server.TurnAsync(new { prompt = "support", content = "Hello", variables = new { city = "Paris", days = 5 } });
        var transcript = await client.ResultAsync("resources/read", new() { ["uri"] = $"turnpike://conversations/{turn.GetProperty("conversation").GetString()}" });
        Assert.Contains("**User**\n\nHello\n\n**Assistant**\n\nBonjour.", (string?)transcript["contents"]![0]!["text"], StringComparison.Ordinal);
        var kept = await client.ResultAsync("resources/read", new() { ["uri"] = $"turnpike://turns/{turn.GetProperty("id").GetString()}" });
        Assert.Equal("Bonjour.", (string?)JsonNode.Parse((string)kept["contents"]![0]!["text"]!)!["answer"]);

        Assert.Equal("""{"values":["Paris","Parma"],"total":2,"hasMore":false}""", await CompletedAsync("""{"ref":{"type":"ref/prompt","name":"support"},"argument":{"name":"city","value":"pa"}}"""));
        Assert.Equal("""{"values":["5"],"total":1,"hasMore":false}""", await CompletedAsync("""{"ref":{"type":"ref/prompt","name":"support"},"argument":{"name":"days","value":""}}"""));
        Assert.Equal("""{"values":["support"],"total":1,"hasMore":false}""", await CompletedAsync("""{"ref":{"type":"ref/resource","uri":"turnpike://prompts/{key}/resources/{id}"},"argument":{"name":"key","value":"sup"}}"""));
        Assert.Equal(-32602, (await client.ErrorAsync("completion/complete", Json("""{"ref":{"type":7},"argument":{"name":1}}"""))).Code);

        async Task<string> CompletedAsync(string asked) => (await client.ResultAsync("completion/complete", Json(asked)))["completion"]!.ToJsonString();
    }

    [Fact]
    public async Task Whoever_listens_hears_of_changed_lists_and_resources()
    {
        await using var server = await ServerAsync();
        var client = new McpClientOf(server, modern: true);
        using var response = await client.SendAsync("subscriptions/listen", Json("""{"notifications":{"promptsListChanged":true,"resourceSubscriptions":["turnpike://prompts/support/resources/faq"]}}"""));
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var first = await NextAsync(stream);
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)first["method"]);
        Assert.Equal("""{"promptsListChanged":true,"resourceSubscriptions":["turnpike://prompts/support/resources/faq"]}""", first["params"]!["notifications"]!.ToJsonString());
        using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/support", """{"messages":[{"role":"system","content":"New"}],"resources":[{"id":"faq","kind":"text","text":"Ask less.","policy":"sticky"}]}""");
        Assert.Equal(200, (int)saved.StatusCode);
        JsonObject[] told = [await NextAsync(stream), await NextAsync(stream)];
        Assert.Equal(["notifications/prompts/list_changed", "notifications/resources/updated"], told.Select(message => (string)message["method"]!).Order());
        Assert.All(told, message => Assert.Equal(1, (int)message["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!));

        static async Task<JsonObject> NextAsync(StreamReader stream)
        {
            while (await stream.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20)) is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal)) return Json(line[6..]);
            throw new InvalidOperationException("The stream ended.");
        }
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

    private static (int, int) Head((int Status, int Code, JsonObject) error) => (error.Status, error.Code);

    private static void Replace(HttpRequestMessage request, string header, string value, Func<string, string>? body = null)
    {
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
        if (body is null) return;
        using var stream = new StreamReader(request.Content!.ReadAsStream());
        request.Content = new StringContent(body(stream.ReadToEnd()), System.Text.Encoding.UTF8, "application/json");
    }
}
