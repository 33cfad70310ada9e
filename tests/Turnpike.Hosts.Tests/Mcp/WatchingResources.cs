using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Turns;
using static Turnpike.Hosts.Tests.Mcp.ServedPrompts;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>Resources that change, and those that are too large, for MCP clients.</summary>
public sealed class WatchingResources
{
    private const int Most = 4096;
    private static readonly (string, string) Small = ("Turnpike:Mcp:ResourceBytes", "4096");

    [Fact]
    public async Task A_resource_that_is_too_large_is_refused_in_words_and_the_largest_is_read()
    {
        await using var server = new RunningServer(null, Small);
        var client = new McpClientOf(server, modern: true);
        foreach (var (name, type, member) in ((string, string, string)[])[("a.txt", "text/plain", "text"), ("a.bin", "application/octet-stream", "blob")])
        {
            var fits = await UploadAsync(server, Most, name, type);
            Assert.NotNull((await client.ResultAsync("resources/read", Of(fits)))["contents"]![0]![member]);
            var large = await UploadAsync(server, Most + 1, name, type);
            var (_, code, error) = await client.ErrorAsync("resources/read", Of(large));
            Assert.Equal((-32602, "request_too_large"), (code, (string?)error["data"]!["code"]));
            Assert.Contains($"{Most + 1} bytes", (string?)error["message"], StringComparison.Ordinal);
            Assert.Contains($"GET /api/files/{large["turnpike://files/".Length..]}/content", (string?)error["message"], StringComparison.Ordinal);
        }
        using var saved = await server.PostAsync("/api/prompts", new { key = "big", messages = new[] { new { role = "user", content = "x" } }, resources = new[] { new { id = "b", kind = "text", text = new string('é', Most / 2 + 1), policy = "sticky" } } });
        Assert.Equal("request_too_large", (string?)(await client.ErrorAsync("resources/read", Of("turnpike://prompts/big/resources/b"))).Error["data"]!["code"]);
    }

    [Fact]
    public async Task Files_conversations_and_turns_are_watched_without_being_read_whatever_their_size()
    {
        await using var server = new RunningServer(null, Small);
        var file = await UploadAsync(server, Most * 4, "a.txt", "text/plain"); // reading it is refused
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => WordsAsync(go.Task));
        var turn = await server.SubmitAsync();
        var conversation = (await server.GetJsonAsync($"/api/turns/{turn}")).GetProperty("conversation").GetString();
        using var response = await new McpClientOf(server, modern: true).SendAsync("subscriptions/listen", new() { ["notifications"] = new JsonObject { ["resourceSubscriptions"] = new JsonArray(file, $"turnpike://conversations/{conversation}", $"turnpike://turns/{turn}", "turnpike://files/none") } });
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)(await NextAsync(stream))["method"]);

        go.SetResult();
        Assert.Equal([$"turnpike://conversations/{conversation}", $"turnpike://turns/{turn}"], new[] { await UriAsync(stream), await UriAsync(stream) }.Order(StringComparer.Ordinal));
        using (var deleted = await server.SendAsync(HttpMethod.Delete, "/api/files/" + file["turnpike://files/".Length..])) Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal(file, await UriAsync(stream));
        using (var renamed = await server.SendAsync(HttpMethod.Patch, $"/api/conversations/{conversation}", """{"title":"Another"}""")) Assert.Equal(200, (int)renamed.StatusCode);
        Assert.Equal($"turnpike://conversations/{conversation}", await UriAsync(stream));
    }

    [Fact]
    public async Task Who_listens_stays_while_the_store_is_away_and_hears_then_what_changed_meanwhile()
    {
        var (mark, isAway, asked) = ("1", false, new TaskCompletionSource());
        var content = new FaultyContent("tool", marks: uri =>
        {
            if (!isAway || uri != "turnpike://turns/b") return mark;
            asked.TrySetResult();
            throw new TurnException(TurnErrorCode.StorageUnavailable, "Away.");
        });
        await using var server = new RunningServer(services => services.AddSingleton<IMcpContent>(content));
        using var response = await new McpClientOf(server, modern: true).SendAsync("subscriptions/listen", Json("""{"notifications":{"promptsListChanged":true,"resourceSubscriptions":["turnpike://turns/a","turnpike://turns/b"]}}"""));
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)(await NextAsync(stream))["method"]);

        (isAway, mark) = (true, "2");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        isAway = false;
        Assert.Equal(("turnpike://turns/a", "turnpike://turns/b"), (await UriAsync(stream), await UriAsync(stream)));
        Assert.Equal("notifications/prompts/list_changed", (string?)(await NextAsync(stream))["method"]);
    }

    private static JsonObject Of(string uri) => new() { ["uri"] = uri };

    private static async Task<string> UploadAsync(RunningServer server, int bytes, string name, string type)
    {
        var part = new ByteArrayContent([.. Enumerable.Repeat(type == "text/plain" ? (byte)'a' : (byte)0xFE, bytes)]);
        part.Headers.ContentType = new(type);
        using var form = new MultipartFormDataContent { { part, "file", name } };
        using var response = await server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken);
        return "turnpike://files/" + (await server.JsonAsync(response)).GetProperty("id").GetString();
    }

    private static async Task<string?> UriAsync(StreamReader stream)
    {
        var message = await NextAsync(stream);
        Assert.Equal("notifications/resources/updated", (string?)message["method"]);
        return (string?)message["params"]!["uri"];
    }

    private static async Task<JsonObject> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20)) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return Json(line[6..]);
        throw new InvalidOperationException("The stream ended.");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go)
    {
        yield return new(ChatRole.Assistant, "one");
        await go;
        yield return new(ChatRole.Assistant, " two");
    }
}
