using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>What counts as an answer of a person whom an MCP client asks, and what does not.</summary>
public sealed class ApprovalsOverMcp
{
    private const string Yes = """{"action":"accept","content":{"approve":true}}""";

    private int _sent;

    private async Task<(RunningServer Server, McpClientOf Client)> AskingAsync()
    {
        var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => { Interlocked.Increment(ref _sent); return "sent"; }, "mail")));
        await server.PostAsync("/api/prompts", new { key = "post", messages = new[] { new { role = "user", content = "Post it" } }, tools = new[] { "mail" }, approval = new { mail = "ask" } });
        server.Model.CallsAll(new FunctionCallContent("call_1", "mail", new Dictionary<string, object?>()), new FunctionCallContent("call_2", "mail", new Dictionary<string, object?>())).Says("Done.");
        return (server, new(server, modern: true) { Capabilities = Json("""{"elicitation":{}}""") });
    }

    private static Task<JsonObject> CallAsync(McpClientOf client, JsonNode? state = null, string? responses = null)
    {
        var call = Json("""{"name":"run_post","arguments":{}}""");
        if (state is not null) call["requestState"] = (string)state!;
        if (responses is not null) call["inputResponses"] = JsonNode.Parse(responses);
        return client.ResultAsync("tools/call", call);
    }

    private static async Task<JsonElement> WaitingAsync(RunningServer server)
    {
        var conversation = await server.GetJsonAsync("/api/conversations/" + (await server.GetJsonAsync("/api/conversations")).GetProperty("data")[0].GetProperty("id").GetString());
        return await server.GetJsonAsync("/api/turns/" + conversation.GetProperty("head").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData($$"""{"call_1":{{Yes}}}""")]
    [InlineData($$"""{"call_1":{{Yes}},"call_3":{{Yes}}}""")]
    [InlineData($$$"""{"call_1":{"action":"accept","content":{}},"call_2":{{{Yes}}}}""")]
    [InlineData($$$"""{"call_1":{"action":"accept","content":{"approve":"true"}},"call_2":{{{Yes}}}}""")]
    [InlineData($$"""{"call_1":{"action":"perhaps"},"call_2":{{Yes}}}""")]
    [InlineData("""{"call_1":true,"call_2":[]}""")]
    public async Task What_is_no_answer_is_asked_again_and_nothing_is_recorded(string? responses)
    {
        var (server, client) = await AskingAsync();
        await using var _ = server;
        var asked = await CallAsync(client);
        var again = await CallAsync(client, asked["requestState"], responses);
        Assert.Equal("input_required", (string?)again["resultType"]);
        Assert.Equal(["call_1", "call_2"], again["inputRequests"]!.AsObject().Select(pair => pair.Key));
        Assert.NotEqual((string?)asked["requestState"], (string?)again["requestState"]);
        var turn = await WaitingAsync(server);
        Assert.Equal((1, 0, 2), (server.Model.Requests.Count, _sent, turn.GetProperty("openCalls").GetArrayLength()));

        var done = await CallAsync(client, again["requestState"], $$"""{"call_1":{{Yes}},"call_2":{{Yes}}}""");
        Assert.Equal(("Done.", 2), ((string?)done["content"]![0]!["text"], _sent));
        Assert.Equal(["sent", "sent"], server.Model.Last.Messages[^1].Contents.OfType<FunctionResultContent>().Select(result => result.Result?.ToString()));
    }

    [Theory]
    [InlineData("""{"action":"decline"}""")]
    [InlineData("""{"action":"cancel"}""")]
    [InlineData("""{"action":"accept","content":{"approve":false}}""")]
    public async Task A_no_is_an_answer(string said)
    {
        var (server, client) = await AskingAsync();
        await using var _ = server;
        var done = await CallAsync(client, (await CallAsync(client))["requestState"], $$"""{"call_1":{{said}},"call_2":{{Yes}}}""");
        Assert.Equal(("Done.", 1), ((string?)done["content"]![0]!["text"], _sent));
        Assert.Contains("The person said no.", server.Model.Last.Transcript[^2] + server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_that_somebody_answered_elsewhere_are_not_asked_again()
    {
        var (server, client) = await AskingAsync();
        await using var _ = server;
        var asked = await CallAsync(client);
        var turn = (await WaitingAsync(server)).GetProperty("id").GetString();
        foreach (var call in (string[])["call_1", "call_2"])
            using (var approved = await server.PostAsync($"/api/turns/{turn}/approvals/{call}", new { approved = true })) Assert.True(approved.IsSuccessStatusCode);
        Assert.Equal("Done.", (string?)(await CallAsync(client, asked["requestState"]))["content"]![0]!["text"]);
    }
}
