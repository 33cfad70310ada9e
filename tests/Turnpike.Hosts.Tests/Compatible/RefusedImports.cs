using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Messages from before that UI clients bring with the first request of a conversation: they are kept with its turn, or not at all.</summary>
public sealed class RefusedImports
{
    private static string Run(string more) => $$"""{"threadId":"t1","runId":"r1","messages":[{"id":"u1","role":"user","content":"One"},{"id":"a1","role":"assistant","content":"Two"},{"id":"u2","role":"user","content":"Three"}],"forwardedProps":{"turnpike":{ {{more}} } } }""";

    private static string Chat(string more) => $$"""{"id":"t1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"One"}]},{"id":"a1","role":"assistant","parts":[{"type":"text","text":"Two"}]},{"id":"u2","role":"user","parts":[{"type":"text","text":"Three"}]}],"turnpike":{ {{more}} } }""";

    public static TheoryData<string, string> Rows => new(
        from path in (string[])["/api/agui", "/api/chat"]
        from more in (string[])["\"model\":\"no/such\"", "\"prompt\":\"nothing\"", "\"parameters\":{\"temperature\":\"hot\"}", "\"variables\":{\"x\":1},\"project\":\"proj_none\""]
        select (path, more));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Of_a_refused_request_nothing_stays_and_the_next_with_its_ids_is_whole(string path, string more)
    {
        await using var server = new RunningServer();
        string Body(string native) => path == "/api/chat" ? Chat(native) : Run(native);
        using var refused = await server.PostJsonAsync(path, Body(more), ("Accept", "text/event-stream"));
        Assert.InRange((int)refused.StatusCode, 400, 499);
        Assert.Empty((await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray());

        using var taken = await server.PostJsonAsync(path, Body(""), ("Accept", "text/event-stream"));
        var told = await taken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(taken.IsSuccessStatusCode, told);
        Assert.Equal(["user: One", "assistant: Two", "user: Three"], server.Model.Last.Transcript);
        var conversation = Assert.Single((await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray()).Text("id");
        var turns = (await server.GetJsonAsync($"/api/conversations/{conversation}/turns")).GetProperty("data").EnumerateArray().Select(turn => turn.Text("model"));
        Assert.Equal(["given", "test/model"], turns);
        if (path != "/api/chat") return;
        var read = await server.GetJsonAsync("/api/chat/t1");
        Assert.Equal(["u1", "a1", "u2"], (read.ValueKind == JsonValueKind.Array ? read : read.GetProperty("messages")).EnumerateArray().SkipLast(1).Select(message => message.Text("id")));
    }
}
