using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Servers that share a PostgreSQL database: it does not matter which of them is asked.</summary>
public sealed class ManyNodes : IAsyncDisposable
{
    private readonly RunningServer _one, _two;

    public ManyNodes()
    {
        var database = ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewDatabase());
        (_one, _two) = (new(null, database), new(null, database));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_on_another_node_hears_the_turn_as_it_is_said_and_reads_the_same_bytes_afterwards()
    {
        var go = new TaskCompletionSource();
        _one.Model.Answers((_, _) => WordsAsync(go.Task));
        var id = await _one.SubmitAsync();
        using var reader = new StreamReader(await _two.Client.GetStreamAsync($"/api/turns/{id}/events", Cancellation));
        var heard = "";
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            heard += line + "\n";
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains("\"one\"", StringComparison.Ordinal)) go.TrySetResult();
        }
        Assert.Contains("\"text\":\" two\"", heard, StringComparison.Ordinal);
        Assert.Contains("event: turn.completed", heard, StringComparison.Ordinal);
        Assert.Equal(heard, await _one.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation));
        Assert.Equal(heard, await _two.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation));
        Assert.Equal("one two", (await _two.GetJsonAsync($"/api/turns/{id}")).GetProperty("answer").GetString());
    }

    [Fact]
    public async Task A_reader_on_another_node_of_a_turn_that_is_not_stored_hears_all_of_it_or_that_something_is_missing()
    {
        var go = new TaskCompletionSource();
        _one.Model.Answers((_, _) => WordsAsync(go.Task));
        var id = await _one.SubmitAsync("""{"content":"Hi","store":false}""");
        using var reader = new StreamReader(await _two.Client.GetStreamAsync($"/api/turns/{id}/events", Cancellation));
        var heard = "";
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            heard += line + "\n";
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains("\"one\"", StringComparison.Ordinal)) go.TrySetResult();
        }
        Assert.Contains("event: turn.completed", heard, StringComparison.Ordinal);
        Assert.NotEqual(heard.Contains("\"text\":\" two\"", StringComparison.Ordinal), heard.Contains("\"code\":\"content_not_kept\"", StringComparison.Ordinal));
        Assert.Contains("\"text\":\" two\"", await _one.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_is_cancelled_from_another_node_and_keeps_what_was_said()
    {
        _one.Model.Answers((_, stop) => WordsAsync(Task.Delay(Timeout.Infinite, stop)));
        var id = await _one.SubmitAsync();
        using var reader = new StreamReader(await _two.Client.GetStreamAsync($"/api/turns/{id}/events", Cancellation));
        while (await reader.ReadLineAsync(Cancellation) is { } line && line != "event: text.delta") { }
        using var answer = await _two.SendAsync(HttpMethod.Post, $"/api/turns/{id}/cancel");
        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Contains("event: turn.cancelled", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        var kept = await _two.GetJsonAsync($"/api/turns/{id}");
        Assert.Equal(("cancelled", "one"), (kept.GetProperty("status").GetString(), kept.GetProperty("answer").GetString()));
    }

    [Fact]
    public async Task A_turn_of_another_organization_is_followed_and_cancelled_from_another_node()
    {
        var acme = (await _one.KeyAsync(new NewKey { Name = "acme", Scopes = [Scopes.Admin], Organization = "acme" })).Secret;
        _one.Model.Answers((_, stop) => WordsAsync(Task.Delay(Timeout.Infinite, stop)));
        using var submitted = await _one.WithAsync(acme, HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Prefer", "respond-async"));
        var id = submitted.Headers.GetValues("Turnpike-Turn").Single();
        using var followed = await _two.WithAsync(acme, HttpMethod.Get, $"/api/turns/{id}/events");
        using var reader = new StreamReader(await followed.Content.ReadAsStreamAsync(Cancellation));
        while (await reader.ReadLineAsync(Cancellation) is { } line && line != "event: text.delta") { }
        using var answer = await _two.WithAsync(acme, HttpMethod.Post, $"/api/turns/{id}/cancel");
        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Contains("event: turn.cancelled", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_goes_on_on_whichever_node_is_asked_with_its_whole_history()
    {
        _one.Model.Says("first answer");
        var first = await _one.TurnAsync(new { content = "first" });
        var conversation = first.GetProperty("conversation").GetString();
        await _two.TurnAsync(new { content = "second", conversation });
        Assert.Equal(["first", "first answer", "second"], _two.Model.Last.Messages.Where(message => message.Role != ChatRole.System).Select(message => message.Text));
    }

    [Fact]
    public async Task One_idempotency_key_is_answered_once_whichever_node_hears_it()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
            JsonDocument.Parse(await (await (i % 2 == 0 ? _one : _two).PostAsync("/api/turns", new { content = "Hi", idempotencyKey = "same" })).Content.ReadAsStringAsync(Cancellation)).RootElement.GetProperty("id").GetString()));
        Assert.Single(ids.Distinct());
        Assert.Equal(1, _one.Model.Requests.Count + _two.Model.Requests.Count);
    }

    [Fact]
    public async Task A_turn_waits_in_the_queue_for_one_that_runs_on_another_node()
    {
        var go = new TaskCompletionSource();
        var first = await _one.TurnAsync(new { content = "Hi" });
        var conversation = first.GetProperty("conversation").GetString();
        _one.Model.Answers((_, _) => WordsAsync(go.Task));
        await _one.SubmitAsync(JsonSerializer.Serialize(new { content = "long", conversation }));
        var queued = await _two.SubmitAsync(JsonSerializer.Serialize(new { content = "next", conversation, queue = true }));
        Assert.Equal("queued", (await _one.GetJsonAsync($"/api/turns/{queued}")).GetProperty("status").GetString());
        go.SetResult();
        Assert.Contains("event: turn.completed", await _one.Client.GetStringAsync($"/api/turns/{queued}/events", Cancellation), StringComparison.Ordinal);
        Assert.Equal("one two", _two.Model.Last.Messages[^2].Text);
    }

    [Fact]
    public async Task Turns_that_wait_in_the_queue_run_in_the_order_in_which_they_came_whichever_nodes_took_them()
    {
        var go = new TaskCompletionSource();
        var conversation = (await _one.TurnAsync(new { content = "Hi" })).GetProperty("conversation").GetString();
        _one.Model.Answers((_, _) => WordsAsync(go.Task));
        await _one.SubmitAsync(JsonSerializer.Serialize(new { content = "long", conversation }));
        var queued = new List<string>();
        foreach (var (node, content) in ((RunningServer, string)[])[(_two, "Q0"), (_one, "Q1"), (_two, "Q2"), (_one, "Q3")])
            queued.Add(await node.SubmitAsync(JsonSerializer.Serialize(new { content, conversation, queue = true })));
        go.SetResult();
        foreach (var id in queued) Assert.Contains("event: turn.completed", await _one.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation), StringComparison.Ordinal);
        var path = await _two.GetJsonAsync($"/api/conversations/{conversation}/turns");
        Assert.Equal(["Hi", "long", "Q0", "Q1", "Q2", "Q3"], (path.ValueKind == JsonValueKind.Array ? path : path.GetProperty("data")).EnumerateArray().Select(turn => turn.GetProperty("content").GetString()));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go)
    {
        yield return new(ChatRole.Assistant, "one");
        await go;
        yield return new(ChatRole.Assistant, " two");
    }
}
