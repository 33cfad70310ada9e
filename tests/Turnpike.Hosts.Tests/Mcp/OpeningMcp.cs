using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>How MCP clients of both eras open, and who is let in.</summary>
public sealed class OpeningMcp
{
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
        var behind = await client.ResultAsync("prompts/list", Json($$"""{"cursor":"{{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"p{int.MaxValue}"))}}"}"""));
        Assert.Equal((0, false), (behind["prompts"]!.AsArray().Count, behind.ContainsKey("nextCursor")));
    }

    [Theory]
    [InlineData("{", 400, -32700, "null")]
    [InlineData("[]", 400, -32600, "null")]
    [InlineData("""{"id":1,"method":"ping"}""", 400, -32600, "1")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""", 400, -32600, "1")]
    [InlineData("""{"jsonrpc":"2.0","id":77,"method":"tools/list","params":[]}""", 200, -32602, "77")]
    [InlineData("""{"jsonrpc":"2.0","id":"a","method":"ping","params":5}""", 200, -32602, "\"a\"")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized","params":[]}""", 400, -32602, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}""", 400, -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":[1],"method":"ping"}""", 400, -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":true,"method":"ping"}""", 400, -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", 400, -32600, "null")]
    public async Task A_body_that_is_no_message_is_refused_under_its_id_if_it_has_one(string body, int status, int code, string id)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Post, "/mcp", body, ("Accept", "application/json, text/event-stream"));
        var refused = await server.JsonAsync(response);
        Assert.Equal((status, code, id), ((int)response.StatusCode, refused.GetProperty("error").GetProperty("code").GetInt32(), refused.GetProperty("id").GetRawText()));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Capabilities_of_a_client_are_an_object(string said)
    {
        await using var server = new RunningServer();
        var client = new McpClientOf(server, modern: true);
        var (status, code, error) = await client.ErrorAsync("prompts/list", null, request => Replace(request, "Mcp-Method", "prompts/list", text => text.Replace("clientCapabilities\":{}", $"clientCapabilities\":{said}", StringComparison.Ordinal)));
        Assert.Equal((400, -32602, true), (status, code, ((string?)error["message"])!.Contains("clientCapabilities", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_door_takes_posts_of_clients_that_read_both_answers_from_origins_that_are_known()
    {
        await using var server = new RunningServer(null, ("Turnpike:AllowedOrigins:0", "https://friend.example"));
        const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete, HttpMethod.Options, HttpMethod.Put, HttpMethod.Head])
        {
            using var refused = await server.SendAsync(method, "/mcp");
            Assert.Equal((405, "POST"), ((int)refused.StatusCode, string.Join(',', refused.Content.Headers.Allow)));
        }
        using (var preflight = await server.SendAsync(HttpMethod.Options, "/mcp", null, ("Origin", "https://friend.example"), ("Access-Control-Request-Method", "POST"))) Assert.Equal((204, "https://friend.example"), ((int)preflight.StatusCode, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single()));
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
    private static void Replace(HttpRequestMessage request, string header, string value, Func<string, string>? body = null)
    {
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
        if (body is null) return;
        using var stream = new StreamReader(request.Content!.ReadAsStream());
        request.Content = new StringContent(body(stream.ReadToEnd()), System.Text.Encoding.UTF8, "application/json");
    }
}
