using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Hosts.Tests.Tools;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Tools, their servers, approvals and MCP on the command line.</summary>
public sealed class ToolCommands : IDisposable
{
    private readonly string _folder = TestFolder.New();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<CommandLine.Ended> RunAsync(params string[] args) => CommandLine.RunAsync(["--data", _folder, .. args]);

    private static RunningServer Booking(Action booked, params (string, string)[] settings) =>
        new(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create((string city) => { booked(); return $"Booked {city}"; }, "book")), settings);

    private static string Url(RunningServer server) => server.Client.BaseAddress!.ToString().TrimEnd('/');

    [Fact]
    public async Task A_tool_is_listed_and_tried_with_its_arguments()
    {
        Assert.Contains("calculate", (await RunAsync("tools", "list")).Out, StringComparison.Ordinal);
        var called = await RunAsync("tools", "call", "calculate", """{"expression":"6*7"}""");
        Assert.Equal((0, "42\n"), (called.Code, called.Out));
        var refused = await RunAsync("tools", "call", "calculate", """{"expression":6}""");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("do not fit its schema", refused.Error, StringComparison.Ordinal);
        Assert.Contains("no JSON object", (await RunAsync("tools", "call", "calculate", "6*7")).Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"calculate\"?", (await RunAsync("tools", "call", "calculat")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_added_tested_listed_and_removed_and_a_program_that_is_not_there_is_told_of()
    {
        Assert.Equal((0, "gone\n"), Head(await RunAsync("tools", "servers", "add", "gone", "--trusted", "--", "no-such-program-at-all", "-x")));
        var tested = await RunAsync("tools", "servers", "test", "gone");
        Assert.NotEqual(0, tested.Code);
        Assert.Contains("gone", tested.Error, StringComparison.Ordinal);
        Assert.Contains("no-such-program-at-all", (await RunAsync("tools", "servers", "list")).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("tools", "servers", "remove", "gone")).Code);
        Assert.NotEqual(0, (await RunAsync("tools", "servers", "remove", "gone")).Code);

        static (int, string) Head(CommandLine.Ended ended) => (ended.Code, ended.Out);
    }

    [Fact]
    public async Task What_is_said_of_a_server_is_kept_as_it_was_said()
    {
        await using var server = new RunningServer();
        Assert.Equal(0, (await CommandLine.RunAsync(["tools", "servers", "add", "docs", "https://example.org/mcp", "--header", "Authorization=Bearer x=1", "--header", "X-Own=2", "--only", "search*", "--only", "read", "--trusted", "--server", Url(server)])).Code);
        Assert.Equal(0, (await CommandLine.RunAsync(["tools", "servers", "add", "files", "--env", "ROOT=/data", "--server", Url(server), "--", "node", "server.mjs", "--flag"])).Code);
        var kept = (await server.Get<IToolServerStore>().ListAsync(TestContext.Current.CancellationToken)).OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => JsonSerializer.Serialize(one, TurnpikeJson.Relaxed.ToolServer)).Select(json => JsonNode.Parse(json)!).ToArray();
        Assert.Equal(("http", "https://example.org/mcp", true), ((string?)kept[0]["transport"], (string?)kept[0]["url"], (bool)kept[0]["trusted"]!));
        Assert.Equal("""{"Authorization":"Bearer x=1","X-Own":"2"}""", kept[0]["headers"]!.ToJsonString());
        Assert.Equal("""["search*","read"]""", kept[0]["tools"]!.ToJsonString());
        Assert.Equal(("stdio", "node", """["server.mjs","--flag"]""", """{"ROOT":"/data"}"""), ((string?)kept[1]["transport"], (string?)kept[1]["command"], kept[1]["args"]!.ToJsonString(), kept[1]["env"]!.ToJsonString()));
        Assert.False((bool?)kept[1]["trusted"] ?? false);
        Assert.Contains("no \"=\"", (await CommandLine.RunAsync(["tools", "servers", "add", "docs", "https://example.org/mcp", "--header", "word", "--server", Url(server)])).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", 1, "tool: [result Booked Oslo]")]
    [InlineData("\n", 0, "tool: [result The call of \"book\" was not allowed: The person at the terminal said no. Do not call it again in the same way.]")]
    public async Task A_call_that_needs_approval_is_asked_on_the_terminal(string typed, int times, string told)
    {
        var booked = 0;
        await using var server = Booking(() => booked++, ("Turnpike:ToolCalls:Approval:book", "Ask"));
        server.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Done.");
        var ended = await CommandLine.RunAsync(["Book it", "-t", "book", "--server", Url(server)], typed: typed);
        Assert.Contains("May book be called with {\"city\":\"Oslo\"}? [y/N]", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Done.", ended.Out, StringComparison.Ordinal);
        Assert.Equal((0, times, told), (ended.Code, booked, server.Model.Last.Transcript[^1]));
    }

    [Fact]
    public async Task A_test_of_a_server_names_the_tools_that_are_left_out()
    {
        await using var rough = new RoughToolServer($"[{RoughToolServer.Tool("sound")},{{\"name\":\"bare\"}}]");
        await using var server = new RunningServer();
        using var added = await server.PostAsync("/api/tools/servers", rough.Entry);
        var tested = await CommandLine.RunAsync(["tools", "servers", "test", "rough", "--server", Url(server)]);
        Assert.Equal(0, tested.Code);
        Assert.StartsWith("ready: 1 tools", tested.Out, StringComparison.Ordinal);
        Assert.Contains("Left out is bare: it has no schema that is an object.", tested.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\nroof\naisle\nmany\n2\n", """{"seat":{"action":"accept","content":{"seat":"aisle","bags":2}}}""")]
    [InlineData("y\nwindow\n\n", """{"seat":{"action":"accept","content":{"seat":"window"}}}""")]
    [InlineData("n\n", """{"seat":{"action":"decline"}}""")]
    [InlineData("y\n", """{"seat":{"action":"decline"}}""")]
    public async Task What_a_tool_wants_to_know_is_asked_on_the_terminal_field_by_field(string typed, string sent)
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks(), AskingToolServer.Says("So be it."));
        await using var server = new RunningServer();
        using var added = await server.PostAsync("/api/tools/servers", asking.Entry);
        server.Model.Calls("book").Says("Done.");
        var ended = await CommandLine.RunAsync(["Book it", "-t", "book", "--server", Url(server)], typed: typed);
        Assert.Contains("Which seat?\nAnswer? [y/N]", ended.Error, StringComparison.Ordinal);
        if (typed.Length > 2) Assert.Contains("Seat [aisle | window]: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Done.", ended.Out, StringComparison.Ordinal);
        Assert.Equal((0, sent), (ended.Code, asking.Calls[1]["inputResponses"]!.ToJsonString()));
    }

    [Theory]
    [InlineData(ToolDecision.Deny, "tool: [result The call of \"book\" was not allowed: Set by the key \"shop\". Do not call it again in the same way.]")]
    [InlineData(ToolDecision.Allow, "tool: [result Booked Oslo]")]
    public async Task A_key_says_what_becomes_of_calls_before_the_options_do(ToolDecision decision, string told)
    {
        await using var server = Booking(() => { }, ("Turnpike:ToolCalls:Approval:book", "Ask"));
        var key = await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Settings = new() { ToolApproval = new Dictionary<string, ToolDecision> { ["b*"] = decision } } });
        server.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Done.");
        Assert.Equal(200, (await server.AskAsync(key.Secret, HttpMethod.Post, "/api/turns", new { content = "Book", tools = new[] { "book" } })).Status);
        Assert.Equal(told, server.Model.Last.Transcript[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_prompts_are_served_over_standard_input_and_output(bool remote)
    {
        await using var server = remote ? new RunningServer() : null;
        string[] where = server is null ? ["--data", _folder] : ["--server", Url(server)];
        const string Modern = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        var piped = string.Join('\n',
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
            """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
            """{"jsonrpc":"2.0","id":2,"method":"prompts/list"}""",
            """{"jsonrpc":"2.0","id":"three","method":"tools/call","params":{"name":"run_none","arguments":{}}}""",
            $$$"""{"jsonrpc":"2.0","id":4,"method":"server/discover","params":{ {{{Modern}}} }}""",
            "this is no JSON", "");
        var ended = await CommandLine.RunAsync(["mcp", .. where], piped: piped);
        Assert.Equal(0, ended.Code);
        var answers = ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToDictionary(message => message["id"]?.ToString() ?? "none");
        Assert.Equal(["1", "2", "4", "none", "three"], answers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("2025-06-18", (string?)answers["1"]["result"]!["protocolVersion"]);
        Assert.Contains(answers["2"]["result"]!["prompts"]!.AsArray(), prompt => (string)prompt!["name"]! == "summarize");
        Assert.Equal(-32602, (int)answers["three"]["error"]!["code"]!);
        Assert.Equal("complete", (string?)answers["4"]["result"]!["resultType"]);
        Assert.Equal(-32700, (int)answers["none"]["error"]!["code"]!);
    }
}
