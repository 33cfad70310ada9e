using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Pipeline;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>MCP clients that listen for changes, and the keys with which they began to.</summary>
public sealed class KeysOfListeners
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_is_revoked_hears_nothing_more()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var (leaver, stayer) = (await server.KeyAsync("leaver", Scopes.Turns), await server.KeyAsync("stayer", Scopes.Turns));
        using var left = await ListenAsync(server, leaver.Secret);
        using var stays = await ListenAsync(server, stayer.Secret);
        using var leaving = new StreamReader(await left.Content.ReadAsStreamAsync(Stop));
        using var staying = new StreamReader(await stays.Content.ReadAsStreamAsync(Stop));
        foreach (var stream in (StreamReader[])[leaving, staying]) Assert.Equal("notifications/subscriptions/acknowledged", (string?)(await NextAsync(stream))!["method"]);

        using var revoked = await server.WithAsync(admin, HttpMethod.Delete, "/api/keys/" + leaver.Key.Id);
        Assert.Equal(204, (int)revoked.StatusCode);
        var last = await NextAsync(leaving);
        Assert.Equal("unauthorized", (string?)last!["error"]!["data"]!["code"]);
        Assert.Null(await NextAsync(leaving));
        using var saved = await server.WithAsync(admin, HttpMethod.Post, "/api/prompts", """{"key":"new","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal("notifications/prompts/list_changed", (string?)(await NextAsync(staying))!["method"]);
    }

    [Theory]
    [InlineData(true, TurnStatus.Cancelled)]
    [InlineData(false, TurnStatus.Completed)]
    public async Task A_call_of_a_tool_tells_a_key_that_is_revoked_nothing_more(bool modern, TurnStatus status)
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "slow", messages = new[] { new { role = "user", content = "Hi" } } });
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var leaver = await server.KeyAsync("leaver", Scopes.Turns);
        var go = new TaskCompletionSource();
        server.Model.Answers((_, stop) => WordsAsync(go.Task, stop));
        using var called = await new McpClientOf(server, modern, leaver.Secret).SendAsync("tools/call", Json("""{"name":"run_slow","arguments":{},"_meta":{"progressToken":"p"}}"""));
        using var leaving = new StreamReader(await called.Content.ReadAsStreamAsync(Stop));
        Assert.Equal("notifications/progress", (string?)(await NextAsync(leaving))!["method"]);
        var turn = Assert.Single(server.Get<TurnRunner>().Running);

        using var revoked = await server.WithAsync(admin, HttpMethod.Delete, "/api/keys/" + leaver.Key.Id);
        Assert.Equal(204, (int)revoked.StatusCode);
        await Assert.ThrowsAnyAsync<IOException>(() => NextAsync(leaving)); // broken off: nobody takes it for whole
        if (!modern) go.SetResult();
        Assert.Equal(status, (await server.Get<TurnRunner>().WaitAsync(turn, Stop)).Status);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "one");
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, " two");
    }

    private static Task<HttpResponseMessage> ListenAsync(RunningServer server, string secret) => new McpClientOf(server, modern: true, secret).SendAsync("subscriptions/listen", Json("""{"notifications":{"promptsListChanged":true}}"""));

    /// <summary>The next message; null: the stream has ended.</summary>
    private static async Task<JsonObject?> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return Json(line[6..]);
        return null;
    }
}
