using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A turn whose server goes away for a while, or whose reader comes when there is nothing more to tell.</summary>
public sealed class AwayServerTests
{
    private static Func<HttpContext, Task> Away(string code, string? retryAfter = null) => context =>
    {
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return FakeServer.Json($$"""{"code":"{{code}}","detail":"It is away."}""", 503)(context);
    };

    private static Func<HttpContext, Task> Proxy(int status) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync("<h1>nginx</h1>");
    };

    private static Func<HttpContext, Task> Kept(string status) =>
        FakeServer.Json($$$"""{"id":"turn_1","conversation":"conv_1","status":"{{{status}}}","model":"test/one","createdAt":"2026-01-31T12:00:00Z","error":{"code":"provider_error","message":"It broke.","retryable":true}}""");

    private static readonly Func<HttpContext, Task> Begins = FakeServer.Events(1, breaks: false, FakeServer.Started, FakeServer.Step(1), new TextDelta { Text = "One, ", Step = 1 });
    private static readonly Func<HttpContext, Task> Nothing = FakeServer.Events(4, breaks: false);

    [Fact]
    public async Task A_server_that_says_it_is_away_while_a_turn_runs_is_waited_for_as_long_as_it_asks()
    {
        var clock = new HastyClock();
        await using var server = await FakeServer.StartAsync(Begins, Away("storage_unavailable"), Away("shutting_down", "5"), Away("shutting_down", "3600"), Proxy(502), Proxy(503), Proxy(504),
            FakeServer.Events(4, breaks: false, new TextDelta { Text = "two", Step = 1 }, FakeServer.Completed));
        var ended = await CommandLine.RunAsync(["Count", "--server", server.Address], time: clock);
        Assert.Equal((0, "One, two\n", ""), (ended.Code, ended.Out, ended.Error));
        Assert.Equal(["POST /api/turns", .. Enumerable.Repeat("GET /api/turns/turn_1/events", 7)], server.Requests.Select(asked => asked.Line));
        Assert.All(server.Requests.Skip(1), asked => Assert.Equal("3", asked.Headers["Last-Event-ID"]));
        Assert.Equal([.25, 5, 30, 2, 4, 4], clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_told_of_after_ten_times()
    {
        var clock = new HastyClock();
        await using var server = await FakeServer.StartAsync([Begins, .. Enumerable.Repeat(Away("storage_unavailable"), 10)]);
        var ended = await CommandLine.RunAsync(["Count", "--server", server.Address], time: clock);
        Assert.Equal((4, "One, "), (ended.Code, ended.Out));
        Assert.StartsWith("error: It is away.\n", ended.Error, StringComparison.Ordinal);
        Assert.Equal((11, 23.75), (server.Requests.Count, clock.Waits.Sum(wait => wait.TotalSeconds)));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(504)]
    public async Task A_turn_that_a_proxy_may_have_passed_on_is_submitted_again_under_the_same_key(int status)
    {
        await using var server = await FakeServer.StartAsync(Proxy(status), Away("shutting_down"), FakeServer.Says("once"));
        var ended = await CommandLine.RunAsync(["Hello", "--server", server.Address], time: new HastyClock());
        Assert.Equal((0, "once\n"), (ended.Code, ended.Out));
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Select(asked => JsonDocument.Parse(asked.Body).RootElement.GetProperty("idempotencyKey").GetString()).Distinct());
    }

    [Theory]
    [InlineData("completed", 0, "")]
    [InlineData("cancelled", 130, "")]
    [InlineData("failed", 1, "error: It broke.")]
    [InlineData("interrupted", 1, "error: The turn was interrupted. What the model had said is kept.")]
    public async Task A_turn_that_is_followed_from_its_last_event_ends_at_once_as_it_ended(string status, int code, string said)
    {
        var clock = new HastyClock();
        await using var server = await FakeServer.StartAsync(Kept(status), Nothing, Kept(status), Nothing, Kept(status));
        var ended = await CommandLine.RunAsync(["follow", "turn_1", "--after", "6", "--server", server.Address], time: clock);
        Assert.Equal((code, ""), (ended.Code, ended.Out));
        Assert.StartsWith(said, ended.Error, StringComparison.Ordinal);
        Assert.Empty(clock.Waits);
    }

    [Fact]
    public async Task What_happened_between_an_empty_stream_and_the_end_is_not_lost()
    {
        await using var server = await FakeServer.StartAsync(Begins, Nothing, Kept("completed"), FakeServer.Events(4, breaks: false, new TextDelta { Text = "two", Step = 1 }, FakeServer.Completed));
        var ended = await CommandLine.RunAsync(["Count", "--server", server.Address], time: new HastyClock());
        Assert.Equal((0, "One, two\n"), (ended.Code, ended.Out));
    }
}
