using Turnpike.Client;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Client;

/// <summary>Answers that break off in their middle or never begin: the server cannot be reached, and nothing is wrong with the program.</summary>
public sealed class CutBodies
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\n{\"id\":\"turn_1\",\"con")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n13\r\n{\"id\":\"turn_1\",\"con\r\n")]
    public async Task Are_told_as_a_server_that_cannot_be_reached(string rest)
    {
        await using var server = RawServer.Start(exchange => exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n{rest}"));
        using var http = new HttpClient { BaseAddress = server.Url };
        var turnpike = new TurnpikeClient(http);
        foreach (var ask in (Func<Task>[])[() => turnpike.TurnAsync("turn_1", Stop), () => turnpike.PreviewAsync(new() { Content = "Hi" }, Stop), () => turnpike.PromptsAsync(new PromptQuery(), Stop)])
        {
            var error = await Assert.ThrowsAsync<ServerUnreachableException>(ask);
            Assert.Contains(server.Url.Authority, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task That_never_begin_end_who_follows_a_turn_after_ten_more_tries_and_who_submits_one_at_once()
    {
        await using var server = RawServer.Start(exchange => exchange.UntilClientLeavesAsync());
        using var http = new HttpClient { BaseAddress = server.Url, Timeout = Timeout.InfiniteTimeSpan };
        var clock = new HastyClock(most: 60);
        var error = await Assert.ThrowsAsync<ServerUnreachableException>(async () => await new TurnpikeClient(http, clock).FollowAsync("turn_1", cancellationToken: Stop).ToListAsync(Stop));
        Assert.Contains("no answer came for 35 seconds", error.Message, StringComparison.Ordinal);
        Assert.Equal(11, clock.Waits.Count(wait => wait.TotalSeconds == 35));
        clock = new HastyClock(most: 3600);
        await Assert.ThrowsAsync<ServerUnreachableException>(async () => await new TurnpikeClient(http, clock).RunAsync(new() { Content = "Hi" }, Stop).ToListAsync(Stop));
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.Single(clock.Waits));
    }

    [Fact]
    public async Task That_never_begin_do_not_hold_who_stops_reading()
    {
        await using var server = await FakeServer.StartAsync(
            async context =>
            {
                await FakeServer.Events(1, breaks: false, FakeServer.Started, FakeServer.Step(1), new Turnpike.Turns.Events.TextDelta { Text = "One", Step = 1 })(context);
                await Silence(context.RequestAborted);
            },
            context => Silence(context.RequestAborted));
        using var http = new HttpClient { BaseAddress = new(server.Address), Timeout = Timeout.InfiniteTimeSpan };
        var clock = new HastyClock();
        using var client = new TurnpikeChatClient(new TurnpikeClient(http, clock));
        await foreach (var _ in client.GetStreamingResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Count")], null, Stop)) break;
        Assert.Equal(TimeSpan.FromSeconds(10), Assert.Single(clock.Waits));
    }

    private static async Task Silence(CancellationToken left) => await Task.Delay(Timeout.Infinite, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
