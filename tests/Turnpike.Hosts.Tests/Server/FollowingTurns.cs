using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A turn is followed from any point, by anybody, and goes on without them unless they asked otherwise.</summary>
public sealed class FollowingTurns
{
    [Fact]
    public async Task A_stream_may_not_be_buffered_cached_or_compressed_on_its_way()
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Accept", "text/event-stream"), ("Accept-Encoding", "gzip, br"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_reader_who_comes_late_gets_what_was_said_and_then_what_is_said()
    {
        await using var server = new RunningServer();
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => TwoWordsAsync(go.Task));
        var id = await server.SubmitAsync();
        using var first = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken));
        var seen = await UntilAsync(first, "event: text.delta");
        using var late = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken));
        Assert.Equal(seen, await UntilAsync(late, "event: text.delta"));
        go.SetResult();
        var rest = await late.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"text\":\" two\"", rest, StringComparison.Ordinal);
        Assert.Contains("event: turn.completed", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_later_of_after_and_last_event_id_counts()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "Hi" })).GetProperty("id").GetString();
        using var response = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events?after=1", null, ("Last-Event-ID", "3"));
        Assert.StartsWith(":\n\nid: 4\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_who_has_seen_the_end_hears_no_more_and_one_who_saw_what_a_crash_took_hears_the_end()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "Hi" })).GetProperty("id").GetString();
        var all = await server.Client.GetStringAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken);
        var last = all.Split('\n').Last(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];
        Assert.Equal(":\n\n", await server.Client.GetStringAsync($"/api/turns/{id}/events?after={last}", TestContext.Current.CancellationToken));
        var beyond = await server.Client.GetStringAsync($"/api/turns/{id}/events?after=900", TestContext.Current.CancellationToken);
        Assert.StartsWith(":\n\nid: 901\nevent: turn.completed\ndata: {\"type\":\"turn.completed\",\"sequence\":901,", beyond, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public async Task What_is_no_number_of_an_event_is_refused(string after)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.Client.GetAsync($"/api/turns/turn_none/events?after={after}", TestContext.Current.CancellationToken));
        Assert.Equal((400, "request_invalid", "after"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("text/event-stream", """{"content":"Hi","onDisconnect":"cancel"}""")]
    [InlineData("application/json", """{"content":"Hi","onDisconnect":"cancel"}""")]
    [InlineData("text/event-stream", """{"content":"Hi","prompt":{"messages":[{"role":"system","content":"Be brief."}],"onDisconnect":"cancel"}}""")]
    public async Task A_turn_whose_client_or_prompt_asked_for_it_is_cancelled_when_the_client_leaves(string accept, string body)
    {
        await using var server = new RunningServer();
        var asked = new TaskCompletionSource();
        server.Model.Answers((_, stop) =>
        {
            asked.SetResult();
            return TwoWordsAsync(Task.Delay(Timeout.Infinite, stop));
        });
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = new StringContent(body) };
        request.Headers.Accept.ParseAdd(accept);
        var sent = server.Client.SendAsync(request, leave.Token);
        await asked.Task;
        var id = server.Get<Pipeline.TurnRunner>().Running.Single();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Contains("event: turn.cancelled", await server.Client.GetStringAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_prompt_says_of_keeping_counts_unless_the_request_says_otherwise()
    {
        await using var server = new RunningServer();
        var prompt = new { messages = new[] { new { role = "system", content = "Be brief." } }, store = false };
        var answered = await server.TurnAsync(new { content = "A secret", prompt });
        Assert.Equal("ok", answered.GetProperty("answer").GetString());
        var kept = await server.GetJsonAsync("/api/turns/" + answered.GetProperty("id").GetString());
        Assert.Equal(("", "", false, true, 10), (kept.GetProperty("content").GetString(), kept.GetProperty("answer").GetString(), kept.GetProperty("store").GetBoolean(), kept.GetProperty("forgotten").GetBoolean(), kept.GetProperty("usage").GetProperty("inputTokens").GetInt32()));
        answered = await server.TurnAsync(new { content = "No secret", prompt, store = true });
        Assert.Equal("No secret", (await server.GetJsonAsync("/api/turns/" + answered.GetProperty("id").GetString())).GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_caller_who_waits_for_a_turn_that_somebody_cancels_is_told_so()
    {
        await using var server = new RunningServer();
        var asked = new TaskCompletionSource();
        server.Model.Answers((_, stop) =>
        {
            asked.SetResult();
            return TwoWordsAsync(Task.Delay(Timeout.Infinite, stop));
        });
        var waiting = server.CurlAsync("/api/turns", """{"content":"Hi"}""");
        await asked.Task;
        var id = server.Get<Pipeline.TurnRunner>().Running.Single();
        Assert.Equal(202, (int)(await server.CurlAsync($"/api/turns/{id}/cancel", "")).StatusCode);
        var refused = await server.RefusedAsync(waiting);
        Assert.Equal((409, "turn_cancelled", id), (refused.Status, refused.Code, refused.Body.GetProperty("turn").GetString()));
    }

    [Fact]
    public async Task What_ends_a_running_turn_stands_in_its_stream()
    {
        await using var server = new RunningServer(services => services.Configure<ModelOptions>(options => options.Attempts = 1));
        server.Model.Fails(new TurnException(TurnErrorCode.ProviderError, "It broke."));
        using var response = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Accept", "text/event-stream"));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("event: turn.failed\ndata: ", text, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"provider_error\",\"message\":\"It broke.\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/trace")]
    [InlineData("POST", "/cancel")]
    public async Task A_turn_that_there_is_not_is_named(string method, string path)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(new(method), "/api/turns/turn_none" + path));
        Assert.Equal((404, "turn_not_found"), (refused.Status, refused.Code));
        Assert.Contains("\"turn_none\"", refused.Detail, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> TwoWordsAsync(Task go)
    {
        yield return new(ChatRole.Assistant, "one");
        await go;
        yield return new(ChatRole.Assistant, " two");
    }

    /// <summary>Reads to the event of this type, and that one.</summary>
    private static async Task<string> UntilAsync(StreamReader reader, string type)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
            if (line == "" && lines.Contains(type)) break;
        }
        return string.Join('\n', lines);
    }
}
