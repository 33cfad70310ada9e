using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>What a tool server hears of calls that nobody waits for any more, and what becomes of calls whose session it forgot.</summary>
public sealed class LostToolCalls
{
    private const string Hang = "hang";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static (string, string) Timeout(bool late) => ("Turnpike:ToolCalls:Timeout", late ? "00:00:01" : "00:05:00");

    private static FunctionCallContent Call(string tool) => new("call_" + tool, tool, new Dictionary<string, object?>());

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; i < 400 && !isSo(); i++) await Task.Delay(25, Stop);
        Assert.True(isSo());
    }

    /// <summary>Lets the model call a tool that never answers, and cancels the turn, unless the call takes longer than it may.</summary>
    private static async Task EndCallAsync(RunningServer server, bool late, Func<bool> isCalled)
    {
        server.Model.Calls(Hang).Says("Never mind.");
        var turn = await server.SubmitAsync("""{"content":"Go","tools":["hang"]}""");
        await UntilAsync(isCalled);
        if (!late) using (await server.PostAsync($"/api/turns/{turn}/cancel", new { })) { }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_over_HTTP_of_the_older_era_hears_of_a_call_that_is_cancelled_or_takes_too_long(bool late)
    {
        await using var rough = new RoughToolServer($"[{RoughToolServer.Tool(Hang)}]", (exchange, _) => exchange.UntilClientLeavesAsync());
        await using var server = await RoughTools.WithAsync(rough.Entry, Timeout(late));
        await EndCallAsync(server, late, () => rough.Called.Any());
        await UntilAsync(() => rough.Messages.Any(IsCancelled));
        var call = rough.Messages.Single(message => (string?)message["method"] == "tools/call");
        Assert.Equal(call["id"]!.ToJsonString(), rough.Messages.Single(IsCancelled)["params"]!["requestId"]!.ToJsonString());

        static bool IsCancelled(JsonNode message) => (string?)message["method"] == "notifications/cancelled";
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_program_hears_of_a_call_that_is_cancelled_or_takes_too_long(bool late)
    {
        var folder = TestFolder.New();
        var (begun, cancelled) = (Path.Combine(folder, "begun"), Path.Combine(folder, "cancelled"));
        object program = new { name = "local", transport = "stdio", command = "node", args = new[] { Path.Combine(await NpmFolder.ReadyAsync("mcp"), "server.mjs") }, env = new Dictionary<string, string> { ["COUNT_FILE"] = begun, ["CANCELLED_FILE"] = cancelled }, trusted = true };
        await using (var server = await RoughTools.WithAsync(program, Timeout(late)))
        {
            await EndCallAsync(server, late, () => File.Exists(begun));
            await UntilAsync(() => File.Exists(cancelled));
            Assert.Equal(".", await File.ReadAllTextAsync(cancelled, Stop));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_server_hears_of_the_reading_of_a_resource_that_nobody_waits_for_any_more()
    {
        await using var rough = new RoughToolServer("[]") { Read = (exchange, _) => exchange.UntilClientLeavesAsync() };
        await using var server = await RoughTools.WithAsync(rough.Entry);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var asking = server.Client.PostAsync("/api/turns", new StringContent("""{"content":"Go","resources":[{"kind":"mcp","url":"rough://hangs"}]}"""), leaving.Token);
        await UntilAsync(() => rough.Messages.Any(message => (string?)message["method"] == "resources/read"));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await UntilAsync(() => rough.Messages.Any(message => (string?)message["method"] == "notifications/cancelled"));
        var read = rough.Messages.Single(message => (string?)message["method"] == "resources/read");
        Assert.Equal(("rough://hangs", read["id"]!.ToJsonString()), ((string?)read["params"]!["uri"], rough.Messages.Single(message => (string?)message["method"] == "notifications/cancelled")["params"]!["requestId"]!.ToJsonString()));
        Assert.Empty(server.Model.Requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Calls_whose_session_the_server_forgot_are_made_in_a_new_one_once_each(int calls)
    {
        string[] tools = [.. Enumerable.Range(0, calls).Select(number => "tool" + number)];
        var taken = new ConcurrentQueue<string>();
        await using var rough = new RoughToolServer($"[{string.Join(",", tools.Select(RoughToolServer.Tool))}]", (exchange, asked) =>
        {
            var name = (string)asked["params"]!["name"]!;
            taken.Enqueue(name);
            return RoughToolServer.ResultAsync(exchange, asked, $$$"""{"content":[{"type":"text","text":"{{{name}}} is done"}]}""");
        })
        {
            Session = "one",
        };
        await using var server = await RoughTools.WithAsync(rough.Entry);
        server.Model.CallsAll(Call(tools[0])).Says("Done.").CallsAll([.. tools.Select(Call)]).Says("Done.");
        await server.TurnAsync(new { content = "Go", tools });
        Assert.Equal(tools[0], Assert.Single(taken));
        taken.Clear();

        var (opened, came, all) = (new TaskCompletionSource(), 0, new TaskCompletionSource());
        rough.Opened = () => opened.TrySetResult();
        rough.BeforeForgotten = async () =>
        {
            var place = Interlocked.Increment(ref came);
            if (place == calls) all.TrySetResult();
            await all.Task.WaitAsync(Stop); // all are under way when the first is refused
            if (place > 1) await opened.Task.WaitAsync(Stop); // and the others later, when there is a new session
        };
        rough.Session = "two";
        await server.TurnAsync(new { content = "Go", tools });
        Assert.Equal(tools.Select(tool => tool + " is done"), server.Model.Last.Messages[^1].Contents.OfType<FunctionResultContent>().Select(result => result.Result?.ToString()));
        Assert.Equal(tools, taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Results_that_come_in_another_order_are_sent_in_the_next_turn_byte_for_byte_as_they_were_in_this_one()
    {
        TaskCompletionSource[] done = [new(), new(), new()];
        string[] tools = ["tool0", "tool1", "tool2"];
        await using var rough = new RoughToolServer($"[{string.Join(",", tools.Select(RoughToolServer.Tool))}]", async (exchange, asked) =>
        {
            var place = Array.IndexOf(tools, (string)asked["params"]!["name"]!);
            if (place < 2) await done[place + 1].Task.WaitAsync(Stop);
            await RoughToolServer.ResultAsync(exchange, asked, $$$"""{"content":[{"type":"text","text":"{\"place\": {{{place}}}}"}]}""");
            await exchange.UntilClientLeavesAsync();
            done[place].SetResult();
        });
        await using var provider = new ScriptedCompletions($"[{string.Join(",", tools.Select(tool => $$"""{"id":"{{tool}}","name":"{{tool}}","arguments":"{}"}"""))}]");
        await using var server = await RoughTools.WithAsync(rough.Entry, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", provider.Url), ("Turnpike:Providers:0:key", "k"));
        var turn = await server.TurnAsync(new { model = "fake/m", content = "Go", tools });
        await server.TurnAsync(new { model = "fake/m", content = "And?", tools, conversation = turn.GetProperty("conversation").GetString() });
        string[] sent = [.. provider.Bodies.Skip(1).Select(body => JsonNode.Parse(body)!["messages"]!.ToJsonString())];
        Assert.Equal(tools, JsonNode.Parse(sent[0])!.AsArray().Where(message => (string)message!["role"]! == "tool").Select(message => (string)message!["tool_call_id"]!));
        Assert.StartsWith(sent[0][..^1], sent[1], StringComparison.Ordinal);
    }
}
