using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>One turn with many readers, and readers that leave.</summary>
public sealed class ManyReaders
{
    private static readonly string[] Words = ["One", " two", " three", " four."];

    [Fact]
    public async Task One_turn_is_read_natively_as_a_response_as_a_UI_stream_and_on_the_command_line_at_once()
    {
        await using var server = new RunningServer();
        var half = new TaskCompletionSource();
        server.Model.Answers((_, stop) => Told(half.Task, stop));
        var id = await server.SubmitAsync();
        var (suffix, conversation) = (id["turn_".Length..], (await server.GetJsonAsync("/api/turns/" + id)).Text("conversation"));
        using var native = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        await using var stream = await native.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var seen = new List<JsonElement>();
        while (seen.Count == 0 || !seen[^1].TryGetProperty("text", out _)) seen.AddRange(await NextAsync(reader));

        using var responses = await server.SendAsync(HttpMethod.Get, $"/v1/responses/resp_{suffix}?stream=true&starting_after=1");
        using var chat = await server.SendAsync(HttpMethod.Get, $"/api/chat/{conversation}/stream");
        using var late = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events?after=2");
        var follows = CommandLine.RunAsync(["follow", id, "--server", server.Client.BaseAddress!.ToString()]);
        var followsLate = CommandLine.RunAsync(["follow", id, "--after", "2", "--server", server.Client.BaseAddress!.ToString()]);
        half.SetResult();

        seen.AddRange(FaceCalls.Chunks(FaceCalls.Lines(await reader.ReadToEndAsync(TestContext.Current.CancellationToken))));
        var texts = new[]
        {
            Said(seen, "text"),
            Said(await ReadAsync(late), "text"),
            Said([.. (await ReadAsync(responses)).Where(one => one.Text("type") == "response.output_text.delta")], "delta"),
            Said([.. (await ReadAsync(chat)).Where(one => one.Text("type") == "text-delta")], "delta"),
            (await follows).Out.TrimEnd('\n'),
            (await followsLate).Out.TrimEnd('\n'),
            (await server.GetJsonAsync("/api/turns/" + id)).Text("answer"),
        };
        Assert.All(texts, text => Assert.Equal("One two three four.", text));
    }

    [Theory]
    [InlineData("/v1/responses", """{"model":"test/model","input":"Hi","stream":true}""")]
    [InlineData("/api/chat", """{"id":"k1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"Hi"}]}]}""")]
    [InlineData("/api/agui", """{"threadId":"t1","runId":"r1","messages":[{"id":"u1","role":"user","content":"Hi"}]}""")]
    public async Task Who_leaves_after_the_first_byte_stops_nothing(string path, string body)
    {
        await using var server = new RunningServer();
        var half = new TaskCompletionSource();
        server.Model.Answers((_, stop) => Told(half.Task, stop));
        var turn = await LeaveAsync(server, path, body);
        half.SetResult();
        Assert.Equal(("completed", "One two three four."), await EndAsync(server, turn));
    }

    [Theory]
    [InlineData("/v1/responses", """{"model":"test/model","input":"Hi","stream":true,"store":false}""")]
    [InlineData("/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"Hi"}],"stream":true}""")]
    [InlineData("/v1/responses", """{"model":"test/model","input":"Hi","stream":true,"turnpike":{"onDisconnect":"cancel"}}""")]
    [InlineData("/v1/responses", """{"model":"test/model","input":"Hi","stream":true,"turnpike":{"prompt":{"messages":[{"role":"system","content":"Be brief."}],"store":false}}}""")]
    public async Task Who_leaves_a_turn_that_is_not_stored_or_says_so_cancels_it(string path, string body)
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => Told(new TaskCompletionSource().Task, stop));
        var turn = await LeaveAsync(server, path, body);
        Assert.Equal("cancelled", (await EndAsync(server, turn)).Status);
    }

    [Fact]
    public async Task Two_streams_of_one_response_are_the_same_bytes()
    {
        await using var server = new RunningServer();
        server.Model.Says(Words);
        using var made = await server.PostJsonAsync("/v1/responses", """{"model":"test/model","input":"Hi","stream":true}""");
        var whole = await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var id = FaceCalls.Chunks(FaceCalls.Lines(whole))[0].GetProperty("response").Text("id");
        var again = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => server.Client.GetStringAsync($"/v1/responses/{id}?stream=true", TestContext.Current.CancellationToken)));
        Assert.All(again, text => Assert.Equal(FaceCalls.Lines(whole).Where(NoDelta), FaceCalls.Lines(text).Where(NoDelta)));
        Assert.Equal(again[0], again[1]);

        static bool NoDelta(string line) => !line.Contains("output_text.delta", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_say_something_at_once_and_tell_proxies_not_to_hold_them_back()
    {
        await using var server = new RunningServer();
        var half = new TaskCompletionSource();
        server.Model.Answers((_, stop) => Told(half.Task, stop));
        using var response = await server.PostJsonAsync("/v1/responses", """{"model":"test/model","input":"Hi","stream":true}""");
        Assert.Equal(("text/event-stream", "no-cache", "no"), (response.Content.Headers.ContentType?.MediaType, response.Headers.CacheControl?.ToString(), response.Headers.GetValues("X-Accel-Buffering").Single()));
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.Equal(':', stream.ReadByte());
        half.SetResult(); // a stop would wait for the turn
    }

    private static async Task<string> LeaveAsync(RunningServer server, string path, string body)
    {
        using var response = await server.PostJsonAsync(path, body);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(-1, stream.ReadByte());
        return response.Headers.GetValues("Turnpike-Turn").Single();
    }

    private static async Task<(string? Status, string? Answer)> EndAsync(RunningServer server, string turn)
    {
        var end = await server.Get<Turnpike.Pipeline.TurnRunner>().WaitAsync(turn, TestContext.Current.CancellationToken);
        return (end.Status.ToString().ToLowerInvariant(), end.Answer);
    }

    private static async Task<IReadOnlyList<JsonElement>> NextAsync(StreamReader reader) =>
        await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line ? FaceCalls.Chunks(FaceCalls.Lines(line)) : throw new InvalidOperationException("The stream is over.");

    private static async Task<IReadOnlyList<JsonElement>> ReadAsync(HttpResponseMessage response) => FaceCalls.Chunks(FaceCalls.Lines(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));

    private static string Said(IReadOnlyList<JsonElement> events, string member) => string.Concat(events.Select(one => one.TryGetProperty(member, out var text) ? text.GetString() : ""));

    private static async IAsyncEnumerable<ChatResponseUpdate> Told(Task half, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ChatRole.Assistant, Words[0]);
        yield return new(ChatRole.Assistant, Words[1]);
        await half.WaitAsync(cancellationToken);
        yield return new(ChatRole.Assistant, Words[2]);
        yield return new(ChatRole.Assistant, Words[3]);
    }
}
