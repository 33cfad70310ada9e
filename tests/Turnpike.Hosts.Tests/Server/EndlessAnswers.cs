using System.Text.Json;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Recordings;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A model that does not stop is not read on, and what it had said is kept.</summary>
public sealed class EndlessAnswers
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly string Much = new('x', 1 << 14);

    private static string Piece(int index, string? id, string? name, string arguments) =>
        "data: " + JsonSerializer.Serialize(new { choices = new[] { new { index = 0, delta = new { tool_calls = new[] { new { index, id, function = new { name, arguments } } } } } } }) + "\n\n";

    private static Func<RawExchange, Task> Endless(Func<int, string> next) => async exchange =>
    {
        await exchange.StartStreamAsync();
        for (var i = 0; ; i++) await exchange.ChunksAsync(next(i)); // until the other side has left
    };

    /// <summary>Runs a turn to its end, however it ends.</summary>
    private static async Task<JsonElement> EndedAsync(RunningServer server)
    {
        var id = await server.SubmitAsync("""{"content":"Hi","model":"wire/m"}""");
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return await server.GetJsonAsync("/api/turns/" + id);
    }

    [Fact]
    public async Task Text_arguments_and_calls_have_bounds_and_the_conversation_goes_on()
    {
        await using var wire = new WireProvider(Endless(_ => Said(Much, "null")), Endless(i => Piece(0, i == 0 ? "c" : null, i == 0 ? "f" : null, Much)), Answers([.. Enumerable.Range(0, 513).Select(i => Piece(i, $"c{i}", "f", "{}")), Said("", "\"tool_calls\""), Done]), Answers(Said("Fine."), Done));
        await using var server = new RunningServer(null, [.. wire.Settings(false), ("Turnpike:ModelCalls:AnswerBytes", "1048576")]);
        var said = await EndedAsync(server);
        Assert.Equal(("failed", "provider_stream_broken"), (said.GetProperty("status").GetString(), said.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("longer than 1,048,576 bytes, which is the most that Turnpike:ModelCalls:AnswerBytes allows", said.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1 << 20, said.GetProperty("answer").GetString()!.Length);
        var called = await EndedAsync(server);
        Assert.Equal("provider_stream_broken", called.GetProperty("error").GetProperty("code").GetString());
        var many = await EndedAsync(server);
        Assert.Contains("asks for more than 512 tool calls", many.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, wire.Requests.Count);
        var next = await server.TurnAsync(new { content = "And now?", model = "wire/m", conversation = said.GetProperty("conversation").GetString() });
        Assert.Equal("Fine.", next.GetProperty("answer").GetString());
    }

    [Fact]
    public async Task One_that_is_cancelled_in_it_is_cancelled()
    {
        await using var wire = new WireProvider(Endless(_ => Said("word ", "null")));
        await using var server = new RunningServer(null, [.. wire.Settings(false), ("Turnpike:ModelCalls:AnswerBytes", "1073741824")]);
        var id = await server.SubmitAsync("""{"content":"Hi","model":"wire/m"}""");
        using var cancel = await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/cancel");
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        await events.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal("cancelled", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("status").GetString());
    }
}
