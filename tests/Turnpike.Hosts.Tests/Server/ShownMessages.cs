using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Messages as a conversation shows them, given as the history of another turn.</summary>
public sealed class ShownMessages
{
    private const string Picture = "data:image/png;base64,iVBORw0KGgo=";

    private static async Task<JsonArray> ShownAsync(RunningServer server, object asking)
    {
        var turn = await server.TurnAsync(asking);
        return JsonNode.Parse((await server.GetJsonAsync($"/api/turns/{turn.GetProperty("id").GetString()}")).GetProperty("messages").GetRawText())!.AsArray();
    }

    private static async Task<(int Status, JsonElement Body)> GoOnAsync(RunningServer server, JsonNode history, object? variables = null, object? prompt = null)
    {
        using var answer = await server.SendAsync(HttpMethod.Post, "/api/turns", JsonSerializer.Serialize(new { content = "And now?", history, variables, prompt }));
        return ((int)answer.StatusCode, await server.JsonAsync(answer));
    }

    [Fact]
    public async Task Without_their_bytes_are_refused_with_the_place_and_sent_when_they_have_them()
    {
        await using var server = new RunningServer();
        var shown = await ShownAsync(server, new { content = "Look", resources = new[] { new { kind = "image", url = Picture } } });
        var parts = shown[0]!["content"]!.AsArray();
        var at = parts.ToList().FindIndex(part => part!["hash"] is not null);
        var (status, body) = await GoOnAsync(server, shown);
        Assert.Equal((400, "request_invalid", $"history[0].content[{at}]"), (status, body.GetProperty("code").GetString(), body.GetProperty("field").GetString()));
        var address = $"/api/files/{parts[at]!["hash"]}/content";
        Assert.Contains(address, body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Single(server.Model.Requests);

        var bytes = await server.Client.GetByteArrayAsync(address, TestContext.Current.CancellationToken);
        parts[at] = new JsonObject { ["type"] = "media", ["url"] = "data:image/png;base64," + Convert.ToBase64String(bytes), ["mediaType"] = "image/png" };
        Assert.Equal(200, (await GoOnAsync(server, shown)).Status);
        Assert.Equal(Picture, Assert.Single(server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.DataContent>()).Uri);
    }

    [Fact]
    public async Task Bring_what_stayed_with_their_own_conversation_and_keep_it_in_the_next_turn()
    {
        await using var server = new RunningServer();
        var shown = await ShownAsync(server, new { content = "Read", resources = new[] { new { kind = "text", text = "The stair is red.", policy = "sticky" } } });
        var (status, body) = await GoOnAsync(server, shown);
        Assert.Equal(200, status);
        Assert.Contains("The stair is red.", server.Model.Last.Transcript[0], StringComparison.Ordinal);
        await server.TurnAsync(new { content = "Again", conversation = body.GetProperty("conversation").GetString() });
        Assert.Contains("The stair is red.", server.Model.Last.Transcript[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Say_of_themselves_where_no_secret_of_others_stands()
    {
        await using var server = new RunningServer();
        var prompt = new { messages = new[] { new { role = "system", content = "The key is {{key}}." } }, variables = new[] { new { name = "key", type = "string", secret = true } } };
        var history = JsonNode.Parse("""[{"role":"user","content":[{"type":"text","text":"Say •••","masked":[[4,0]]}]},{"role":"assistant","content":"ok"}]""")!;
        var (status, body) = await GoOnAsync(server, history, new { key = "hunter2-and-more" }, prompt);
        Assert.Equal((200, "user: Say •••"), (status, server.Model.Last.Transcript[1]));
        await server.TurnAsync(new { content = "Again", conversation = body.GetProperty("conversation").GetString() });
        Assert.Contains("user: Say •••", server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("https://example.org/•••/a.png", "request_invalid", "where a secret is not shown")]
    [InlineData("•••/a.png", "request_invalid", "where a secret is not shown")]
    [InlineData("file:///etc/hostname", "resource_failed", "the path of a file")]
    public async Task With_an_address_that_leads_nowhere_are_refused(string url, string code, string told)
    {
        await using var server = new RunningServer();
        foreach (var part in (string[])["""{"type":"media","url":"URL","mediaType":"image/png"}""", """{"type":"media","url":"URL","mediaType":"image/png","masked":[[0,0]]}"""])
        {
            var (status, body) = await GoOnAsync(server, JsonNode.Parse($$"""[{"role":"user","content":[{{part.Replace("URL", url, StringComparison.Ordinal)}}]}]""")!);
            Assert.True(status is >= 400 and < 500);
            Assert.Equal(code, body.GetProperty("code").GetString());
            Assert.Contains(told, body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task With_many_calls_whose_results_stand_far_down_are_sent_each_with_its_own()
    {
        await using var server = new RunningServer();
        const int Calls = 3000;
        var history = new JsonArray([.. Enumerable.Range(0, Calls).Select(n => JsonNode.Parse($$"""{"role":"assistant","content":[{"type":"tool.call","callId":"c{{n}}","name":"t","arguments":{} }]}""")),
            JsonNode.Parse("""{"role":"user","content":"Wait"}"""),
            .. Enumerable.Range(0, Calls).Select(n => JsonNode.Parse($$"""{"role":"tool","content":[{"type":"tool.result","callId":"c{{n}}","result":"r{{n}}"}]}"""))]);
        Assert.Equal(200, (await GoOnAsync(server, history)).Status);
        var results = server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionResultContent>().ToList();
        Assert.Equal(Calls, results.Count);
        Assert.All(results, result => Assert.Equal(result.CallId.Replace('c', 'r'), result.Result?.ToString()));
    }
}
