using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary><c>turnpike mcp</c>: what is no message, and how it ends.</summary>
public sealed class LinesOfMcp : IDisposable
{
    private const string Run = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"run_summarize","arguments":{"input":"Go"} } }""";
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_line_that_is_no_message_is_refused_under_its_id_if_it_has_one()
    {
        var piped = string.Join('\n',
            """{"jsonrpc":"2.0","id":77,"method":"tools/list","params":[]}""",
            """{"id":78,"method":"ping"}""",
            """{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}""", "");
        var ended = await CommandLine.RunAsync(["mcp", "--data", _folder], piped: piped);
        var answers = ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToDictionary(message => message["id"]?.ToString() ?? "none", message => (int)message["error"]!["code"]!);
        Assert.Equal([("77", -32602), ("78", -32600), ("none", -32600)], answers.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public async Task At_the_end_of_its_input_it_gives_up_calls_that_run_and_their_turns_end()
    {
        var left = new TaskCompletionSource();
        await using var provider = RawServer.Start(async exchange =>
        {
            await exchange.UntilClientLeavesAsync();
            left.TrySetResult();
        }).Unlisted();
        var ended = await CommandLine.RunAsync(["mcp", "--data", _folder], piped: Run + "\n", variables: new() { ["OPENAI_BASE_URL"] = provider.Url + "v1", ["TURNPIKE_MODEL"] = "openai/some" }).WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal((0, ""), (ended.Code, ended.Out));
        await left.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        Assert.Contains("Go", provider.Request.Body, StringComparison.Ordinal);
        Assert.Matches("\\[(cancelled|interrupted)", (await CommandLine.RunAsync(["conversations", "show", await NewestAsync(), "--data", _folder])).Out);
    }

    [Fact]
    public async Task So_does_the_bridge_to_a_server()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => Hanging(stop));
        var ended = await CommandLine.RunAsync(["mcp", "--server", server.Client.BaseAddress!.ToString().TrimEnd('/')], piped: Run + "\n").WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal((0, ""), (ended.Code, ended.Out));
        Assert.Single(server.Model.Requests);
    }

    [Theory]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}\n\n")]
    [InlineData("")]
    public async Task A_stream_that_breaks_off_is_told_of_under_the_id_that_waits(string before)
    {
        await using var server = RawServer.Answering("200 OK", before, "Content-Type: text/event-stream\r\n");
        var ended = await CommandLine.RunAsync(["mcp", "--server", server.Url.ToString().TrimEnd('/')], piped: Run + "\n").WaitAsync(TimeSpan.FromSeconds(30), Stop);
        var answer = JsonNode.Parse(ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        Assert.Equal((7, -32603), ((int)answer["id"]!, (int)answer["error"]!["code"]!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_that_cannot_be_read_whole_is_refused_under_its_id(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString().TrimEnd('/')] : ["--data", _folder];
        var piped = string.Join('\n',
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run_summarize","arguments":{"input":"half \ud83d"} } }""",
            """{"jsonrpc":"2.0","id":2,"id":2,"method":"ping"}""",
            """{"jsonrpc":"2.0","id":"three","method":"\ud800"}""", "");
        var ended = await CommandLine.RunAsync(["mcp", .. where], piped: piped).WaitAsync(TimeSpan.FromSeconds(30), Stop);
        var answers = ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToDictionary(message => message["id"]?.ToString() ?? "none", message => (int)message["error"]!["code"]!);
        Assert.Equal(["1", "2", "three"], answers.Keys.Order());
        Assert.All(answers.Values, code => Assert.InRange(code, -32700, -32600));
        Assert.Empty(server.Model.Requests);
    }

    private async Task<string> NewestAsync()
    {
        var listed = await CommandLine.RunAsync(["conversations", "list", "--json", "--data", _folder]);
        return (string)JsonNode.Parse(listed.Out.Split('\n')[0])!["id"]!;
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> Hanging([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }
}
