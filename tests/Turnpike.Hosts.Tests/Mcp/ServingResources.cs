using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Turns.Access;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>Resources of a server for MCP clients, and what they hear when something changes.</summary>
public sealed class ServingResources
{
    [Theory]
    [InlineData("""{"values":[],"total":0,"hasMore":false}""", Scopes.Turns)]
    [InlineData("""{"values":["5"],"total":1,"hasMore":false}""", Scopes.Turns, Scopes.Conversations)]
    public async Task What_others_said_in_their_conversations_is_completed_for_those_who_may_read_these(string completed, params string[] scopes)
    {
        await using var server = await ServerAsync();
        await server.TurnAsync(new { prompt = "support", content = "Hello", variables = new { city = "Paris", days = 5 } });
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", (await server.KeyAsync("other", scopes)).Secret);
        var client = new McpClientOf(server, modern: true);
        Assert.Equal(completed, (await client.ResultAsync("completion/complete", Json("""{"ref":{"type":"ref/prompt","name":"support"},"argument":{"name":"days","value":""}}""")))["completion"]!.ToJsonString());
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
}
