using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Tests of prompts run under a key that others use as well.</summary>
public sealed class TestingWithABusyKey
{
    [Fact]
    public async Task A_case_waits_while_others_take_all_places_of_the_key()
    {
        await using var server = new RunningServer();
        Assert.Equal(201, (int)(await server.CurlAsync("/api/prompts", """{"key":"greet","messages":[{"role":"system","content":"You greet."}]}""")).StatusCode);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", """{"cases":[{"name":"a","content":"hi","expect":[{"contains":"ok"}]}]}""")).StatusCode);
        var gate = new TaskCompletionSource();
        server.Model.Answers((_, _) => HeldAsync(gate.Task));
        var key = (await server.KeyAsync(new NewKey { Name = "one", Scopes = [Scopes.Turns], Limits = new() { Concurrency = 1 } })).Secret;
        using var first = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"content":"Mine"}""", ("Prefer", "respond-async"));
        var running = server.WithAsync(key, HttpMethod.Post, "/api/prompts/greet/tests/run", "{}");
        await Task.WhenAny(running, Task.Delay(200, TestContext.Current.CancellationToken)); // by when it has found the key busy
        Assert.False(running.IsCompleted);
        gate.SetResult();
        using var run = await running;
        var report = await server.JsonAsync(run);
        Assert.True(report.GetProperty("passed").GetBoolean(), report.GetRawText());
        Assert.Equal("user: hi", server.Model.Last.Transcript[^1]);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task gate)
    {
        await gate;
        yield return new(ChatRole.Assistant, "done");
    }
}
