using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Mcp;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Tools;
using Turnpike.Providers.Mcp;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Servers that share a database and the key of secrets: what one was told, the others know.</summary>
public sealed class NodesAlike : IAsyncDisposable
{
    private readonly RunningServer _one, _two;

    public NodesAlike()
    {
        (string, string)[] settings = [("ConnectionStrings:Turnpike", PostgresCluster.Current.NewDatabase()), ("Turnpike:SecretsKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))];
        (_one, _two) = (new(WithMail, settings), new(WithMail, settings));
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task A_tool_server_that_is_added_changed_or_taken_away_on_one_node_is_so_on_all()
    {
        await using var asking = new AskingToolServer(AskingToolServer.Says("Booked."));
        Assert.Equal(0, (await _two.GetJsonAsync("/api/tools/servers")).GetProperty("data").GetArrayLength());
        var known = _two.Get<ToolServers>();

        using (var added = await _one.PostAsync("/api/tools/servers", asking.Entry)) Assert.Equal(201, (int)added.StatusCode);
        await UntilAsync(() => known.Now is [{ Name: "asking", Trusted: true }]);
        using (var called = await _two.PostAsync("/api/tools/book/call", new { arguments = new { } })) Assert.Equal("Booked.", (await _two.JsonAsync(called)).GetProperty("result").GetString());

        var entry = System.Text.Json.JsonSerializer.SerializeToNode(asking.Entry)!;
        entry["trusted"] = false;
        using (var changed = await _one.PostAsync("/api/tools/servers", entry)) Assert.Equal(200, (int)changed.StatusCode);
        await UntilAsync(() => known.Now is [{ Trusted: false }]);

        using (var deleted = await _two.SendAsync(HttpMethod.Delete, "/api/tools/servers/asking")) Assert.Equal(204, (int)deleted.StatusCode);
        await UntilAsync(() => _one.Get<ToolServers>().Now is []);
        using var gone = await _one.PostAsync("/api/tools/book/call", new { arguments = new { } });
        Assert.Equal("tool_unknown", (await _one.JsonAsync(gone)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_approval_that_one_node_asked_an_mcp_client_for_is_given_to_another()
    {
        using (var saved = await _one.PostAsync("/api/prompts", new { key = "post", messages = new[] { new { role = "user", content = "Post it" } }, tools = new[] { "mail" }, approval = new { mail = "ask" } })) Assert.Equal(201, (int)saved.StatusCode);
        _one.Model.Calls("mail");
        _two.Model.Says("Posted.");
        var forms = ServedPrompts.Json("""{"elicitation":{}}""");
        var asked = await new McpClientOf(_one, modern: true) { Capabilities = forms }.ResultAsync("tools/call", ServedPrompts.Json("""{"name":"run_post","arguments":{}}"""));
        Assert.Equal("input_required", (string?)asked["resultType"]);
        var done = await new McpClientOf(_two, modern: true) { Capabilities = forms }.ResultAsync("tools/call", new() { ["name"] = "run_post", ["arguments"] = new JsonObject(), ["requestState"] = (string)asked["requestState"]!, ["inputResponses"] = ServedPrompts.Json("""{"call_1":{"action":"accept","content":{"approve":true}}}""") });
        Assert.Equal("Posted.", (string?)done["content"]![0]!["text"]);
        Assert.Equal("tool: [result sent]", _two.Model.Last.Transcript[^1]);
    }

    [Theory]
    [InlineData("/api/turns", """{"content":"Hi","store":false,"model":"test/model"}""")]
    [InlineData("/v1/responses", """{"input":"Hi","store":false,"model":"test/model"}""")]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"Hi"}],"model":"test/model"}""")]
    public async Task Who_asks_another_node_for_an_answer_that_is_not_stored_hears_at_once_that_it_is_not_there(string path, string body)
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _one.Model.Answers((_, stop) => HeldAsync(asked, go.Task, stop));
        var first = _one.SendAsync(HttpMethod.Post, path, body, ("Idempotency-Key", "k1"));
        await asked.Task;
        using (var refused = await _two.SendAsync(HttpMethod.Post, path, body, ("Idempotency-Key", "k1")))
        {
            Assert.Equal(409, (int)refused.StatusCode);
            Assert.Contains("runs on another node", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        go.SetResult();
        using var answered = await first;
        Assert.Contains("Late.", await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(_two.Model.Requests);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(TaskCompletionSource asked, Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        asked.SetResult();
        await go.WaitAsync(cancellationToken);
        yield return new(ChatRole.Assistant, "Late.") { FinishReason = ChatFinishReason.Stop };
    }

    private static void WithMail(IServiceCollection services) => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "sent", "mail"));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; i < 1000 && !isSo(); i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(isSo());
    }
}
