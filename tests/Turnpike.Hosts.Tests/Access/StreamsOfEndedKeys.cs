using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Pipeline;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Streams that are open when their key ends are broken off; the turn, which was allowed when it was sent, goes on.</summary>
public sealed class StreamsOfEndedKeys
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/turns", """{"content":"Hi"}""", "DELETE", "")]
    [InlineData("/api/turns", """{"content":"Hi"}""", "PATCH", """{"scopes":["files"]}""")]
    [InlineData("/v1/chat/completions", """{"model":"test/model","store":true,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""", "DELETE", "")]
    [InlineData("/v1/responses", """{"model":"test/model","stream":true,"input":"Hi"}""", "DELETE", "")]
    [InlineData("/api/chat", """{"id":"c","messages":[{"id":"u","role":"user","parts":[{"type":"text","text":"Hi"}]}]}""", "DELETE", "")]
    public async Task A_stream_ends_with_its_key_and_its_turn_does_not(string path, string body, string method, string change)
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var (leaver, stayer) = (await server.KeyAsync("leaver", Scopes.Turns), await server.KeyAsync("stayer", Scopes.Turns));
        var go = new TaskCompletionSource();
        server.Model.Answers((_, stop) => WordsAsync(go.Task, stop));
        using var streamed = await server.WithAsync(leaver.Secret, HttpMethod.Post, path, body, ("Accept", "text/event-stream"));
        var turn = streamed.Headers.GetValues("Turnpike-Turn").Single();
        using var stays = await server.WithAsync(stayer.Secret, HttpMethod.Get, $"/api/turns/{turn}/events");
        var (leaving, staying) = (await streamed.Content.ReadAsStreamAsync(Stop), stays.Content.ReadAsStringAsync(Stop));

        using var ended = await server.WithAsync(admin, new(method), "/api/keys/" + leaver.Key.Id, change);
        Assert.True(ended.IsSuccessStatusCode);
        await Assert.ThrowsAnyAsync<IOException>(() => leaving.CopyToAsync(Stream.Null, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop)); // broken off: nobody takes it for whole
        Assert.Equal(method == "DELETE" ? 401 : 403, (await server.AskAsync(leaver.Secret, HttpMethod.Get, $"/api/turns/{turn}/events")).Status);

        go.SetResult();
        Assert.Contains("event: turn.completed", await staying, StringComparison.Ordinal);
        Assert.Equal((TurnStatus.Completed, "one two"), await server.Get<TurnRunner>().WaitAsync(turn, Stop) is var kept ? (kept.Status, kept.Answer) : default);
    }

    [Fact]
    public async Task A_stream_on_another_node_than_that_where_its_key_is_revoked_ends_as_well()
    {
        var database = ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewDatabase());
        await using var one = new RunningServer(null, database);
        await using var two = new RunningServer(null, database);
        var admin = (await one.KeyAsync("admin", Scopes.Admin)).Secret;
        var leaver = await one.KeyAsync("leaver", Scopes.Turns);
        one.Model.Answers((_, stop) => WordsAsync(Task.Delay(Timeout.Infinite, stop), stop));
        using var submitted = await one.WithAsync(leaver.Secret, HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Prefer", "respond-async"));
        using var streamed = await two.WithAsync(leaver.Secret, HttpMethod.Get, $"/api/turns/{submitted.Headers.GetValues("Turnpike-Turn").Single()}/events");
        var leaving = await streamed.Content.ReadAsStreamAsync(Stop);
        Assert.Equal(204, (await one.AskAsync(admin, HttpMethod.Delete, "/api/keys/" + leaver.Key.Id)).Status);
        await Assert.ThrowsAnyAsync<IOException>(() => leaving.CopyToAsync(Stream.Null, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "one");
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, " two");
    }
}
