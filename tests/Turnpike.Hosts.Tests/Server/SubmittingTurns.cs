using System.Net;
using System.Net.Http.Headers;

namespace Turnpike.Hosts.Tests.Server;

public sealed class SubmittingTurns
{
    [Theory]
    [InlineData("text/event-stream", true)]
    [InlineData("application/json, text/event-stream", true)]
    [InlineData("text/event-stream, */*;q=0.1", true)]
    [InlineData("text/event-stream;q=0.5, application/json", false)]
    [InlineData("text/event-stream;q=0, */*", false)]
    [InlineData("*/*", false)]
    public async Task The_answer_is_what_the_caller_would_rather_have(string accept, bool isStream)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Accept", accept));
        Assert.Equal((200, isStream ? "text/event-stream" : "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_caller_that_waits_gets_the_finished_turn()
    {
        await using var server = new RunningServer();
        server.Model.Says("Hello", " there.");
        var turn = await server.TurnAsync(new { content = "Hi" });
        Assert.Equal(("completed", "Hello there.", "test/model"), (turn.GetProperty("status").GetString(), turn.GetProperty("answer").GetString(), turn.GetProperty("model").GetString()));
        Assert.Equal((10, false), (turn.GetProperty("usage").GetProperty("inputTokens").GetInt32(), turn.GetProperty("usage").GetProperty("estimated").GetBoolean()));
        Assert.Equal("Hello there.", (await server.GetJsonAsync("/api/turns/" + turn.GetProperty("id").GetString())).GetProperty("answer").GetString());
    }

    [Fact]
    public async Task The_documented_curl_command_streams_events_numbered_from_one()
    {
        await using var server = new RunningServer();
        server.Model.Says("Hello");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = new StringContent("""{"prompt":"summarize","content":"It rained."}""", MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded")) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(":\n\n", text, StringComparison.Ordinal);
        var ids = text.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => line[4..]).ToArray();
        Assert.Equal(Enumerable.Range(1, ids.Length).Select(n => $"{n}"), ids);
        Assert.Contains("event: text.delta\ndata: {\"type\":\"text.delta\"", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.Contains("event: turn.completed", text, StringComparison.Ordinal);
        Assert.Equal("summarize@1", response.Headers.GetValues("Turnpike-Prompt").Single());
        Assert.Equal("user: It rained.", server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Prefer_respond_async_answers_at_once_with_a_place_to_look()
    {
        await using var server = new RunningServer();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = new StringContent("""{"content":"Hi"}""") };
        request.Headers.Add("Prefer", "respond-async");
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var events = await server.Client.GetStringAsync(response.Headers.Location + "/events", TestContext.Current.CancellationToken);
        Assert.Contains("event: turn.completed", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_read_from_after_N_or_the_last_event_id()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "Hi" })).GetProperty("id").GetString();
        var all = await server.Client.GetStringAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken);
        var rest = await server.Client.GetStringAsync($"/api/turns/{id}/events?after=2", TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/turns/{id}/events");
        request.Headers.Add("Last-Event-ID", "2");
        using var resumed = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(rest, await resumed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(all[all.IndexOf("id: 3\n", StringComparison.Ordinal)..], rest[3..]);
    }

    [Fact]
    public async Task Preview_shows_the_request_the_trace_and_each_variable_and_sends_nothing()
    {
        await using var server = new RunningServer();
        var preview = await server.JsonAsync(await server.PostAsync("/api/turns/preview", new { prompt = "summarize", content = "@.params.temp 0.9; Rain.", variables = new { length = "sentence" } }));
        Assert.Empty(server.Model.Requests);
        Assert.Equal(0.9, preview.GetProperty("request").GetProperty("parameters").GetProperty("temperature").GetDouble());
        Assert.Equal("turn", preview.GetProperty("variables").GetProperty("length").GetProperty("layer").GetString());
        var triggers = preview.GetProperty("trace").EnumerateArray().Single(station => station.GetProperty("station").GetString() == "triggers");
        Assert.Contains(triggers.GetProperty("changes").EnumerateArray(), change => change.GetProperty("path").GetString() == "parameters.temperature" && change.GetProperty("source").GetString() == "trigger:@.params.temp");
    }

    [Fact]
    public async Task A_trace_is_kept_with_the_turn()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "@.params.temp 0.9; Rain." })).GetProperty("id").GetString();
        var trace = await server.GetJsonAsync($"/api/turns/{id}/trace");
        Assert.Equal(["opening", "triggers", "middleware", "messages", "tools", "models", "conversations"], trace.EnumerateArray().Select(station => station.GetProperty("station").GetString()));
    }

    [Fact]
    public async Task What_was_sent_to_the_model_is_kept_with_the_turn_as_its_preview_showed_it()
    {
        await using var server = new RunningServer();
        var body = new { content = "@.params.temp 0.9; Rain.", tools = new[] { "current_time" } };
        var preview = await server.JsonAsync(await server.PostAsync("/api/turns/preview", body));
        var id = (await server.TurnAsync(body)).GetProperty("id").GetString();
        var sent = await server.GetJsonAsync($"/api/turns/{id}/request");
        Assert.Equal(preview.GetProperty("request").EnumerateObject().Select(member => member.ToString()), sent.EnumerateObject().Where(member => member.Name != "sources").Select(member => member.ToString()));
        Assert.Equal(preview.GetProperty("sources").GetRawText(), sent.GetProperty("sources").GetRawText());
        Assert.Equal((404, "turn_not_found"), (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/turns/turn_x/request"))) is var (status, code, _, _) ? (status, code) : default);
    }

    [Fact]
    public async Task A_client_that_is_killed_in_mid_stream_loses_nothing()
    {
        await using var server = new RunningServer();
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => SlowAsync(go.Task));
        string id;
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = new StringContent("""{"content":"Hi"}""") })
        {
            request.Headers.Accept.ParseAdd("text/event-stream");
            using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            id = response.Headers.GetValues("Turnpike-Turn").Single();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("event: text.delta", StringComparison.Ordinal)) { }
        }
        go.SetResult();
        var events = await server.Client.GetStringAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken);
        Assert.Contains("event: turn.completed", events, StringComparison.Ordinal);
        Assert.Equal("First, then the rest.", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("answer").GetString());
    }

    [Fact]
    public async Task Cancel_is_idempotent_and_keeps_the_partial_text()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => SlowAsync(Task.Delay(Timeout.Infinite, stop)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = new StringContent("""{"content":"Hi"}""") };
        request.Headers.Add("Prefer", "respond-async");
        using var started = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var id = started.Headers.GetValues("Turnpike-Turn").Single();
        using (var stream = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken)))
            while (await stream.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("event: text.delta", StringComparison.Ordinal)) { }
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync($"/api/turns/{id}/cancel", new { })).StatusCode);
        Assert.Contains("event: turn.cancelled", await server.Client.GetStringAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("First", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("answer").GetString());
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> SlowAsync(Task go)
    {
        yield return new(Microsoft.Extensions.AI.ChatRole.Assistant, "First");
        await go;
        yield return new(Microsoft.Extensions.AI.ChatRole.Assistant, ", then the rest.");
    }
}
