using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Providers;

// What refuses, breaks off or is garbage.
public abstract partial class ProviderContract
{
    [Theory]
    [InlineData("401 Unauthorized", TurnErrorCode.ProviderUnauthorized)]
    [InlineData("403 Forbidden", TurnErrorCode.ProviderUnauthorized)]
    [InlineData("400 Bad Request", TurnErrorCode.ProviderRefused)]
    [InlineData("404 Not Found", TurnErrorCode.ProviderRefused)]
    [InlineData("422 Unprocessable", TurnErrorCode.ProviderRefused)]
    [InlineData("408 Request Timeout", TurnErrorCode.ProviderError)]
    [InlineData("409 Conflict", TurnErrorCode.ProviderError)]
    [InlineData("500 Internal Server Error", TurnErrorCode.ProviderError)]
    [InlineData("529 Overloaded", TurnErrorCode.ProviderError)]
    public async Task A_status_becomes_a_code_with_the_providers_words(string status, TurnErrorCode code)
    {
        await using var server = RawServer.Answering(status, ErrorBody("It is broken."));

        var error = await FailAsync(server);

        Assert.Equal(code, error.Code);
        Assert.Equal(int.Parse(status[..3]), error.ProviderStatus);
        Assert.Contains("\"It is broken.\"", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_refusal_names_the_model()
    {
        await using var server = RawServer.Answering("404 Not Found", ErrorBody("no such model"));

        Assert.Contains("\"m\"", (await FailAsync(server)).Message);
    }

    [Fact]
    public async Task A_rate_limit_tells_how_long_to_wait()
    {
        await using var server = RawServer.Answering("429 Too Many Requests", ErrorBody("slow down"), "Content-Type: application/json\r\nRetry-After: 17\r\n");

        var error = await FailAsync(server);

        Assert.Equal((TurnErrorCode.ProviderRateLimited, TimeSpan.FromSeconds(17)), (error.Code, error.RetryAfter!.Value));
    }

    [Fact]
    public async Task A_rate_limit_that_would_last_for_centuries_is_told_as_a_month()
    {
        await using var server = RawServer.Answering("429 Too Many Requests", ErrorBody("slow down"), "Content-Type: application/json\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n");

        Assert.Equal(TimeSpan.FromDays(31), (await FailAsync(server)).RetryAfter!.Value);
    }

    [Fact]
    public async Task A_key_never_shows_in_an_error()
    {
        await using var server = RawServer.Answering("401 Unauthorized", ErrorBody($"Incorrect API key provided: {Key}. Header was Bearer {Key}."));

        var error = await FailAsync(server);

        Assert.DoesNotContain(Key, error.ToString());
        Assert.Contains("•••", error.Message);
    }

    [Fact]
    public async Task A_long_error_is_cut()
    {
        await using var server = RawServer.Answering("500 Oops", ErrorBody(new string('x', 100_000)));

        Assert.True((await FailAsync(server)).Message.Length < 800);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        var error = await Assert.ThrowsAsync<TurnException>(() => Provider(RawServer.Nobody()).Client("m").GetResponseAsync("hi", cancellationToken: Test));

        Assert.Equal(TurnErrorCode.ProviderUnreachable, error.Code);
    }

    [Fact]
    public async Task Closing_without_an_answer_is_unreachable()
    {
        await using var server = RawServer.Start(_ => Task.CompletedTask);

        Assert.Equal(TurnErrorCode.ProviderUnreachable, (await FailAsync(server)).Code);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = RawServer.Streaming([.. Start(), .. Text("stolen"), .. Finish()]);
        await using var server = RawServer.Answering("307 Temporary Redirect", "", $"Location: {elsewhere.Url}v1\r\n");

        var error = await FailAsync(server);

        Assert.Equal(TurnErrorCode.ProviderRefused, error.Code);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("end")]
    [InlineData("hang up")]
    [InlineData("reset")]
    public async Task A_cut_stream_gives_what_had_arrived_and_then_breaks(string how)
    {
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.ChunksAsync([.. Start(), .. Text("one "), .. Text("two ")]);
            if (how == "end") await exchange.EndAsync();
            // A reset overtakes what was sent before it, so the client says first that it has it.
            if (how == "reset")
            {
                await arrived.Task;
                exchange.Reset();
            }
        });

        var (text, error) = await BreakAsync(server);

        Assert.Equal(("one two ", TurnErrorCode.ProviderStreamBroken), (text, error.Code));
    }

    [Fact]
    public async Task Garbage_breaks_the_stream()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("one "), "event: content_block_delta\ndata: {\"choices\":[{\"delta\":{\"conte\n\n", .. Text("two"), .. Finish()]);

        var (text, error) = await BreakAsync(server);

        Assert.Equal(("one ", TurnErrorCode.ProviderStreamBroken), (text, error.Code));
    }

    [Theory]
    [InlineData("data: ", "a", "text/event-stream")]
    [InlineData("data: b\n", "data: a\n", "text/event-stream")]
    [InlineData("data: ", "a", "text/plain")]
    public async Task An_event_that_never_ends_breaks_the_stream(string begins, string goesOn, string contentType)
    {
        var piece = string.Concat(Enumerable.Repeat(goesOn, (1 << 20) / goesOn.Length));
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync(contentType);
            await exchange.ChunksAsync([.. Start(), .. Text("one "), begins, .. Enumerable.Repeat(piece, 40)]);
        });

        var (text, error) = await BreakAsync(server);

        Assert.Equal(("one ", TurnErrorCode.ProviderStreamBroken), (text, error.Code));
        Assert.Contains("an event of more than 33554432 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_inside_the_stream_is_the_providers_error()
    {
        await using var server = RawServer.Streaming([.. Start(), .. Text("one "), ErrorEvent("The engine stalled.")]);

        var (text, error) = await BreakAsync(server);

        Assert.Equal(("one ", TurnErrorCode.ProviderError), (text, error.Code));
        Assert.Contains("The engine stalled.", error.Message);
    }

    [Fact]
    public async Task A_bad_call_fails_at_the_call()
    {
        await using var server = RawServer.Streaming();

        Assert.Throws<ArgumentNullException>(() => { Provider(server.Url).Client("m").GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!, cancellationToken: Test); });
        Assert.Throws<TurnException>(() => { Provider(server.Url).Client("m").GetStreamingResponseAsync([new(ChatRole.User, [new Odd()])], cancellationToken: Test); });
        Assert.Empty(server.Requests);
    }
}
