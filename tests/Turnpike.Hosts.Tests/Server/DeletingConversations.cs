using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A conversation that is deleted takes its turns with it, and whoever reads one of them hears its end.</summary>
public sealed class DeletingConversations
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ends_a_running_turn_and_one_that_waits_behind_it_for_all_their_readers()
    {
        await using var server = new RunningServer();
        var (begun, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.Answers((_, stop) => EndlessAsync(begun, cancelled, stop));
        using var posted = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Accept", "text/event-stream"));
        var (turn, conversation) = (posted.Headers.GetValues("Turnpike-Turn").Single(), posted.Headers.GetValues("Turnpike-Conversation").Single());
        using var followed = await server.SendAsync(HttpMethod.Get, $"/api/turns/{turn}/events");
        await begun.Task;
        using var queued = await server.SendAsync(HttpMethod.Post, "/api/turns", $$"""{"conversation":"{{conversation}}","content":"And?","queue":true}""", ("Accept", "text/event-stream"));
        var waiting = server.CurlAsync("/api/turns", $$"""{"conversation":"{{conversation}}","content":"Then?","queue":true}""");
        var since = Stopwatch.GetTimestamp();
        while (server.Get<Pipeline.TurnRunner>().Running.Count < 3) await Task.Yield();
        await DeleteAsync(server, conversation);
        await cancelled.Task;
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(4)); // a busy machine; it is a matter of milliseconds
        foreach (var reader in (HttpResponseMessage[])[posted, followed, queued]) await EndsCancelledAsync(reader);
        Assert.Equal((409, "turn_cancelled"), await server.RefusedAsync(waiting) is var refused ? (refused.Status, refused.Code) : default);
        Assert.Single(server.Model.Requests);
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, "/api/turns/" + turn)).StatusCode);
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, $"/api/turns/{turn}/events")).StatusCode);
    }

    [Fact]
    public async Task Ends_a_turn_that_waits_for_an_approval()
    {
        await using var server = new RunningServer(services =>
        {
            services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "Booked", "book"));
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book");
        using var posted = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Go","tools":["book"]}""", ("Accept", "text/event-stream"));
        var (turn, conversation) = (posted.Headers.GetValues("Turnpike-Turn").Single(), posted.Headers.GetValues("Turnpike-Conversation").Single());
        Assert.Equal(Turns.TurnStatus.Waiting, (await server.Get<Pipeline.TurnRunner>().WaitAsync(turn, Stop)).Status);
        using var followed = await server.SendAsync(HttpMethod.Get, $"/api/turns/{turn}/events");
        await DeleteAsync(server, conversation);
        foreach (var reader in (HttpResponseMessage[])[posted, followed]) await EndsCancelledAsync(reader);
    }

    [Fact]
    public async Task That_there_is_not_is_not_found()
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, "/api/conversations/conv_none"));
        Assert.Equal((404, "conversation_not_found"), (refused.Status, refused.Code));
    }

    private static async Task DeleteAsync(RunningServer server, string conversation)
    {
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/api/conversations/" + conversation);
        Assert.Equal(204, (int)deleted.StatusCode);
    }

    /// <summary>The stream ends as streams do, with one last event, and no number is left out.</summary>
    private static async Task EndsCancelledAsync(HttpResponseMessage reader)
    {
        var lines = (await reader.Content.ReadAsStringAsync(Stop)).Split('\n');
        Assert.Equal("event: turn.cancelled", lines.Last(line => line.StartsWith("event: ", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.StartsWith("event: turn.", StringComparison.Ordinal) && line != "event: turn.started");
        string[] numbers = [.. lines.Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => line[4..])];
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(number => $"{number}"), numbers);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> EndlessAsync(TaskCompletionSource begun, TaskCompletionSource cancelled, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "one");
        begun.SetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            cancelled.SetResult();
        }
    }
}
