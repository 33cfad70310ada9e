using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Conversations leave one server and arrive at another, and come from other programs.</summary>
public sealed class TransferringConversations
{
    private const string Png = "iVBORw0KGgo=";

    private const string LiteChat = """
        {"version":1,"projects":[],"rules":[{"id":"r1","name":"House","content":"No jargon.","type":"system","alwaysOn":true}],"tags":[{"id":"t1","name":"Writing"}],"tagRuleLinks":[{"id":"l1","tagId":"t1","ruleId":"r1"}],
         "conversations":[{"id":"c1","title":"Trip","projectId":null,"metadata":{},"createdAt":"2026-01-01T10:00:00Z","updatedAt":"2026-01-01T12:00:00Z"}],
         "interactions":[
           {"id":"i1","conversationId":"c1","parentId":null,"index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:01Z","endedAt":"2026-01-01T10:00:05Z","prompt":{"content":"Where to?","parameters":{},"metadata":{"attachedFiles":[{"id":"f1","source":"direct","name":"a.png","type":"image/png","size":8,"contentBase64":"iVBORw0KGgo="}]}},"response":"Oslo, by umbrella.","metadata":{"modelId":"p:gpt-5"}},
           {"id":"i2","conversationId":"c1","parentId":null,"index":1,"type":"message.user_assistant","status":"CANCELLED","startedAt":"2026-01-01T10:01:00Z","endedAt":"2026-01-01T10:01:05Z","prompt":{"content":"And then?","parameters":{},"metadata":{}},"response":"Then to","metadata":{"modelId":"p:gpt-5"}}]}
        """;

    private static async Task<JsonElement> ImportAsync(RunningServer server, string file, string query = "")
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/api/conversations/import" + query, file);
        Assert.Equal(200, (int)response.StatusCode);
        return await server.JsonAsync(response);
    }

    [Fact]
    public async Task A_LiteChat_export_is_kept_once_found_by_its_words_and_goes_on()
    {
        await using var server = new RunningServer();
        var dry = await ImportAsync(server, LiteChat, "?dryRun=true");
        Assert.True(dry.GetProperty("dryRun").GetBoolean());
        Assert.Equal(0, (await server.GetJsonAsync("/api/conversations")).GetProperty("data").GetArrayLength());

        var first = await ImportAsync(server, LiteChat);
        var before = await StateAsync(server);
        var second = await ImportAsync(server, LiteChat);

        Assert.Equal(("litechat", dry.GetProperty("imported").GetInt32(), 0), (first.GetProperty("source").GetString(), first.GetProperty("imported").GetInt32(), second.GetProperty("imported").GetInt32()));
        Assert.Equal(before, await StateAsync(server));
        var found = Assert.Single((await server.GetJsonAsync("/api/conversations?query=umbrella")).GetProperty("data").EnumerateArray());
        await server.TurnAsync(new { conversation = found.GetProperty("id").GetString(), content = "Go on", model = "test/model" });
        Assert.Equal(["system: No jargon.", "user: Where to? [image/png]", "assistant: Oslo, by umbrella.", "user: And then?", "assistant: Then to", "user: Go on"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task What_one_server_exports_another_goes_on_with()
    {
        await using var here = new RunningServer();
        var first = await here.TurnAsync(new { content = "one", resources = new[] { new { kind = "image", data = Png, mediaType = "image/png" } } });
        var (id, turn) = (first.GetProperty("conversation").GetString(), first.GetProperty("id").GetString());
        await here.TurnAsync(new { conversation = id, content = "two" });
        await here.TurnAsync(new { conversation = id, parent = turn, content = "other" });
        var file = await here.Client.GetStringAsync($"/api/conversations/{id}/export", TestContext.Current.CancellationToken);
        using var markdown = await here.SendAsync(HttpMethod.Get, $"/api/conversations/{id}/export", null, ("Accept", "text/markdown"));

        await using var elsewhere = new RunningServer();
        await ImportAsync(elsewhere, file);
        Assert.Equal(0, (await ImportAsync(elsewhere, file)).GetProperty("imported").GetInt32());
        await elsewhere.TurnAsync(new { conversation = id, content = "go" });

        Assert.Equal(["user: one [image/png]", "assistant: ok", "user: other", "assistant: ok", "user: go"], elsewhere.Model.Last.Transcript);
        Assert.Equal("text/markdown", markdown.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("\n## You\n\nother\n\n## test/model\n\nok\n", await markdown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""[{"conversation":1},2]""")]
    public async Task A_file_that_cannot_be_read_is_refused(string file)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/conversations/import", file));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
    }

    private static async Task<string> StateAsync(RunningServer server)
    {
        var state = "";
        foreach (var conversation in (await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray())
            state += conversation.GetRawText() + (await server.GetJsonAsync($"/api/conversations/{conversation.GetProperty("id").GetString()}/turns")).GetRawText();
        foreach (var path in (string[])["/api/rules", "/api/tags", "/api/projects"]) state += (await server.GetJsonAsync(path)).GetRawText();
        return state;
    }
}
