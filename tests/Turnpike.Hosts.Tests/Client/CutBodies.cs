using Turnpike.Client;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Client;

/// <summary>Answers that break off in their middle: the server cannot be reached, and nothing is wrong with the program.</summary>
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
}
