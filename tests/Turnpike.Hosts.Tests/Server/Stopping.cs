using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;
using Turnpike.Pipeline;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Server;

public sealed class Stopping
{
    [Fact]
    public async Task A_server_that_stops_lets_its_turns_end_and_their_readers_hear_it()
    {
        await using var server = new RunningServer();
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => WordsAsync(go.Task));
        var id = await server.SubmitAsync();
        using var reader = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: text.delta") { }

        server.Get<IHostApplicationLifetime>().StopApplication();
        while (!server.Get<TurnRunner>().IsStopping) await Task.Yield();
        var refused = await Assert.ThrowsAsync<TurnException>(() => server.Get<TurnRunner>().StartAsync(new() { Content = "One more" }, TestContext.Current.CancellationToken));
        Assert.Equal(TurnErrorCode.ShuttingDown, refused.Code);
        using var told = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"One more"}""");
        Assert.Equal((503, 5), ((int)told.StatusCode, (int?)told.Headers.RetryAfter?.Delta?.TotalSeconds));
        using var ready = await server.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(503, (int)ready.StatusCode);
        go.SetResult();
        Assert.Contains("event: turn.completed", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_takes_too_long_is_ended_with_what_it_said()
    {
        await using var server = new RunningServer(null, ("Turnpike:Runner:Drain", "00:00:00"));
        server.Model.Answers((_, stop) => WordsAsync(Task.Delay(Timeout.Infinite, stop)));
        var id = await server.SubmitAsync();
        using var reader = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: text.delta") { }
        server.Get<IHostApplicationLifetime>().StopApplication();
        Assert.Contains("event: turn.interrupted", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go)
    {
        yield return new(ChatRole.Assistant, "one");
        await go;
        yield return new(ChatRole.Assistant, " two");
    }
}
