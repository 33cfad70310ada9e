using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>The prompts of a server for MCP clients, in both eras of the protocol.</summary>
public sealed class ServingPrompts
{
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
        var bare = (await client.ResultAsync("prompts/get", Json("""{"name":"translate","arguments":{"language":"French"}}""")))["messages"]!.AsArray(); // its user's message is what is typed, and nothing is
        Assert.Contains("into French", (string)Assert.Single(bare)!["content"]!["text"]!, StringComparison.Ordinal);
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

        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("\"support\"\n"u8));
        var forged = new JsonObject { ["k"] = null, ["m"] = "prompts/get", ["d"] = digest, ["s"] = new JsonObject { ["asked"] = true }, ["e"] = 4_000_000_000 }.ToJsonString();
        Assert.Equal(-32602, (await client.ErrorAsync("prompts/get", Answer("support", "accept", forged))).Code); // as if it had been sealed
    }
}
