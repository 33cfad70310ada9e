using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
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

    private static Task<HttpResponseMessage> ListenAsync(RunningServer server, string secret) => new McpClientOf(server, modern: true, secret).SendAsync("subscriptions/listen", Json("""{"notifications":{"promptsListChanged":true}}"""));

    /// <summary>The next message; null: the stream has ended.</summary>
    private static async Task<JsonObject?> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return Json(line[6..]);
        return null;
    }
}
