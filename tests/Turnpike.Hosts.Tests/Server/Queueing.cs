using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A turn may wait for the one that runs on its branch instead of being refused.</summary>
public sealed class Queueing
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turns_that_wait_are_answered_in_order_each_with_the_answers_before_it()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var ids = new List<string>();
        foreach (var content in (string[])["second", "third"]) ids.Add(await server.SubmitAsync(Body(conversation, content)));
        Assert.Equal(("queued", "queued"), (await StatusAsync(server, ids[0]), await StatusAsync(server, ids[1])));
        server.Model.Says("answer to second").Says("answer to third");
        go.SetResult();
        foreach (var id in ids) Assert.Contains("event: turn.completed", await server.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation), StringComparison.Ordinal);
        Assert.Equal(["Hi", "ok", "first", "one two", "second", "answer to second", "third"], server.Model.Last.Messages.Where(message => message.Role != ChatRole.System).Select(message => message.Text));
        var path = await server.GetJsonAsync($"/api/conversations/{conversation}/turns");
        Assert.Equal(["Hi", "first", "second", "third"], (path.ValueKind == JsonValueKind.Array ? path : path.GetProperty("data")).EnumerateArray().Select(turn => turn.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Without_the_option_the_second_turn_is_refused_and_the_first_is_untouched()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "second", conversation }));
        Assert.Equal((409, "conversation_busy"), (refused.Status, refused.Code));
        go.SetResult();
    }

    [Fact]
    public async Task A_turn_that_waits_can_be_cancelled_and_says_so_to_its_readers()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var id = await server.SubmitAsync(Body(conversation, "second"));
        using var reader = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", Cancellation));
        using var cancelled = await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/cancel");
        var heard = await reader.ReadToEndAsync(Cancellation);
        Assert.Contains("id: 1\nevent: turn.cancelled", heard.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal("cancelled", await StatusAsync(server, id));
        go.SetResult();
    }

    [Fact]
    public async Task A_turn_that_waits_stands_behind_the_one_that_runs_and_is_no_head_until_it_begins()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var id = await server.SubmitAsync(Body(conversation, "second"));
        var running = (await server.GetJsonAsync("/api/conversations/" + conversation)).GetProperty("head").GetString();
        Assert.Equal(running, (await server.GetJsonAsync($"/api/turns/{id}")).GetProperty("parent").GetString());
        Assert.All((await BranchesAsync()).EnumerateArray(), turn => Assert.Equal(1, turn.GetProperty("siblings").GetArrayLength()));
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Patch, "/api/conversations/" + conversation, $$"""{"head":"{{id}}"}"""));
        Assert.Equal((409, "conversation_busy", "head"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));

        await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/cancel");
        go.SetResult();
        await server.Client.GetStringAsync($"/api/turns/{running}/events", Cancellation);
        await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + conversation, $$"""{"head":"{{id}}"}"""));
        Assert.Equal(["Hi", "first", "second"], (await BranchesAsync()).EnumerateArray().Select(turn => turn.GetProperty("content").GetString()));
        await server.TurnAsync(new { conversation, content = "third" });
        Assert.Equal(["user: Hi", "assistant: ok", "user: first", "assistant: one two", "user: third"], server.Model.Last.Transcript);

        async Task<JsonElement> BranchesAsync() => (await server.GetJsonAsync($"/api/conversations/{conversation}/turns?branches=true")).GetProperty("data");
    }

    [Fact]
    public async Task A_turn_that_never_left_the_queue_is_tried_again_as_it_was_submitted_behind_what_was_said_since()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var id = await server.SubmitAsync(JsonSerializer.Serialize(new { content = "second", conversation, queue = true, parameters = new { temperature = 0.25 }, system = new { text = "Be brief." } }));
        await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/cancel");
        go.SetResult();
        var first = (await server.GetJsonAsync("/api/conversations/" + conversation)).GetProperty("head").GetString();
        await server.Client.GetStringAsync($"/api/turns/{first}/events", Cancellation);
        var again = await server.JsonAsync(await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/retry"));
        Assert.Equal(("completed", first, "retry"), (again.GetProperty("status").GetString(), again.GetProperty("parent").GetString(), again.GetProperty("origin").GetProperty("kind").GetString()));
        Assert.Equal(["system: Be brief.", "user: Hi", "assistant: ok", "user: first", "assistant: one two", "user: second"], server.Model.Last.Transcript);
        Assert.Equal(0.25f, server.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task A_turn_that_cannot_be_made_ready_when_its_time_comes_fails_with_the_reason()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var id = await server.SubmitAsync(JsonSerializer.Serialize(new { content = "second", conversation, queue = true, model = "none/such" }));
        go.SetResult();
        Assert.Contains("event: turn.failed", await server.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation), StringComparison.Ordinal);
        Assert.Equal("model_unknown", (await server.GetJsonAsync($"/api/turns/{id}")).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_same_idempotency_key_waits_once()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var body = JsonSerializer.Serialize(new { content = "second", conversation, queue = true, idempotencyKey = "k" });
        var id = await server.SubmitAsync(body);
        Assert.Equal(id, await server.SubmitAsync(body));
        go.SetResult();
        await server.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation);
        Assert.Equal(id, await server.SubmitAsync(body));
        Assert.Equal(3, server.Model.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_stops_ends_the_turns_that_wait_as_interrupted()
    {
        await using var server = new RunningServer(null, ("Turnpike:Runner:Drain", "00:00:00"));
        var (conversation, _) = await BusyAsync(server);
        var id = await server.SubmitAsync(Body(conversation, "second"));
        using var reader = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", Cancellation));
        server.Get<IHostApplicationLifetime>().StopApplication();
        Assert.Contains("event: turn.interrupted", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_server_stopped_before_its_time_came_is_listed_says_that_nothing_was_sent_and_is_answered_when_it_is_tried_again()
    {
        var folder = TestFolder.New();
        string conversation, id;
        await using (var stops = new RunningServer(null, ("TURNPIKE_DATA", folder), ("Turnpike:Runner:Drain", "00:00:00")))
        {
            (conversation, _) = await BusyAsync(stops);
            id = await stops.SubmitAsync(Body(conversation, "second"));
            Assert.Equal([("second", "queued")], await UnbegunAsync(stops, conversation));
            var early = await stops.RefusedAsync(stops.SendAsync(HttpMethod.Get, $"/api/turns/{id}/request"));
            Assert.Equal((404, "turn_not_found", $"Turn \"{id}\" stands in its queue, and nothing was sent to a model yet. Ask again when it has begun."), (early.Status, early.Code, early.Detail));
        }
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder)))
        {
            Assert.Equal([("second", "interrupted")], await UnbegunAsync(server, conversation));
            Assert.Contains("\"reason\":\"The server stopped before the turn's time in the queue had come; no model was asked.", await server.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation), StringComparison.Ordinal);
            var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/request"));
            Assert.Equal((404, $"Turn \"{id}\" never began: it left its queue interrupted, and nothing was sent to a model. Retry it to have it answered."), (refused.Status, refused.Detail));
            await server.JsonAsync(await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/retry"));
            Assert.Equal("user: second", server.Model.Last.Transcript[^1]);
            Assert.False((await server.GetJsonAsync($"/api/conversations/{(await server.TurnAsync(new { content = "Hi" })).GetProperty("conversation").GetString()}/turns")).TryGetProperty("unbegun", out _));
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(string?, string?)[]> UnbegunAsync(RunningServer server, string conversation)
    {
        var (plain, branched) = (await server.GetJsonAsync($"/api/conversations/{conversation}/turns"), await server.GetJsonAsync($"/api/conversations/{conversation}/turns?branches=true"));
        Assert.Equal(plain.GetProperty("unbegun").GetRawText(), branched.GetProperty("unbegun").GetRawText());
        return [.. plain.GetProperty("unbegun").EnumerateArray().Select(turn => (turn.GetProperty("content").GetString(), turn.GetProperty("status").GetString()))];
    }

    [Fact]
    public async Task A_turn_that_waited_and_is_more_than_its_keys_whole_limit_does_not_say_that_it_may_work_later()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns, Scopes.Conversations], Limits = new() { TokensPerMinute = 5000, RequestsPerDay = 9 } })).Secret;
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var (conversation, go) = await BusyAsync(server);
        var id = await server.SubmitAsync(JsonSerializer.Serialize(new { content = "second", conversation, queue = true, parameters = new { maxOutputTokens = 100_000 } }));
        go.SetResult();
        var heard = await server.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation);
        Assert.Contains("\"code\":\"rate_limited\"", heard, StringComparison.Ordinal);
        Assert.Contains("\"retryable\":false", heard, StringComparison.Ordinal);
        Assert.Contains("waiting does not help", heard, StringComparison.Ordinal);
        Assert.False((await server.GetJsonAsync($"/api/turns/{id}")).GetProperty("error").GetProperty("retryable").GetBoolean());
    }

    internal static string Body(string conversation, string content) => JsonSerializer.Serialize(new { content, conversation, queue = true });

    private static async Task<string?> StatusAsync(RunningServer server, string id) => (await server.GetJsonAsync($"/api/turns/{id}")).GetProperty("status").GetString();

    /// <summary>A conversation in which a turn runs until the task is done.</summary>
    internal static async Task<(string Conversation, TaskCompletionSource Go)> BusyAsync(RunningServer server)
    {
        var conversation = (await server.TurnAsync(new { content = "Hi" })).GetProperty("conversation").GetString()!;
        var go = new TaskCompletionSource();
        server.Model.Answers((_, stop) => WordsAsync(go.Task, stop));
        await server.SubmitAsync(JsonSerializer.Serialize(new { content = "first", conversation }));
        return (conversation, go);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "one");
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, " two");
    }
}
