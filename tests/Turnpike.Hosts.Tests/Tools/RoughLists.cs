using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Server;
using static Turnpike.Hosts.Tests.Tools.RoughTools;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>Lists of tool servers of which not all is sound: what is not is left out alone, and named.</summary>
public sealed class RoughLists
{
    [Fact]
    public async Task Only_what_is_sound_in_a_list_is_offered_and_nothing_is_fetched_for_it()
    {
        await using var canary = RawServer.Answering("200 OK", "{}");
        var deep = string.Concat(Enumerable.Repeat("""{"type":"object","properties":{"a":""", 20)) + "{}" + string.Concat(Enumerable.Repeat("}}", 20));
        await using var rough = new RoughToolServer("""
            [
              {"name":"sound","description":"Is offered.","inputSchema":{"type":"object","properties":{"a":{"$ref":"#/$defs/word"}},"$defs":{"word":{"type":"string"}}}},
              {"name":"network","inputSchema":{"type":"object","properties":{"a":{"$ref":"CANARY/word.json"}}}},
              {"name":"dynamic","inputSchema":{"type":"object","properties":{"a":{"$dynamicRef":"CANARY/word.json"}}}},
              {"name":"file","inputSchema":{"type":"object","allOf":[{"$ref":"file:///etc/passwd"}]}},
              {"name":"deep","inputSchema":DEEP},
              {"name":"large","inputSchema":{"type":"object","description":"LARGE"}},
              {"name":"text","inputSchema":"{}"},
              {"name":"none"},
              {"name":"list","inputSchema":[]},
              {"name":"scalar","inputSchema":{"type":"string"}},
              {"name":"","inputSchema":{"type":"object"}},
              {"name":7,"inputSchema":{"type":"object"}},
              "word", null,
              {"name":"LONG","inputSchema":{"type":"object"}},
              {"name":"🦀","inputSchema":{"type":"object"}},
              {"name":"🦞","inputSchema":{"type":"object"}}
            ]
            """.Replace("CANARY/", canary.Url.ToString(), StringComparison.Ordinal).Replace("DEEP", deep, StringComparison.Ordinal).Replace("LARGE", new('x', 300_000), StringComparison.Ordinal).Replace("LONG", new('l', 200), StringComparison.Ordinal));
        await using var server = await WithAsync(rough.Entry);
        await server.TurnAsync(new { content = "Go", tools = new[] { "rough.*" } });
        Assert.Empty(canary.Requests);
        var offered = server.Model.Last.Tools;
        Assert.Equal(4, offered.Count);
        Assert.Contains("sound", offered);
        Assert.All(offered, name => Assert.Matches("^[A-Za-z0-9_-]{1,64}$", name));
        Assert.Single(offered, name => name.StartsWith("llll", StringComparison.Ordinal));

        server.Model.Calls(offered.Single(name => name.StartsWith("llll", StringComparison.Ordinal))).Says("ok");
        await server.TurnAsync(new { content = "Go", tools = new[] { "rough.*" } });
        Assert.Equal("fine", Result(server));
        Assert.Equal([new string('l', 200)], rough.Called);
        var health = (await server.GetJsonAsync("/api/tools/servers")).GetProperty("data")[0].GetProperty("health");
        Assert.Equal(("ready", 4), (health.GetProperty("status").GetString(), health.GetProperty("tools").GetInt32()));
        var leftOut = health.GetProperty("leftOut").EnumerateArray().Select(tool => tool.GetString()!).ToArray();
        Assert.Equal(13, leftOut.Length);
        Assert.Contains("network: its schema is deeper than 32 levels or refers to something outside of itself", leftOut);
        Assert.Contains("large: its schema is longer than 256 KiB", leftOut);
    }

    [Fact]
    public async Task Of_two_tools_with_one_name_the_first_is_offered_and_the_other_one_is_named()
    {
        await using var rough = new RoughToolServer("""[{"name":"twin","description":"First.","inputSchema":{"type":"object"}},{"name":"twin","description":"Second.","inputSchema":{"type":"object"}}]""");
        await using var server = await WithAsync(rough.Entry);
        await server.TurnAsync(new { content = "Go", tools = new[] { "rough.*" } });
        Assert.Equal("First.", Assert.Single(server.Model.Last.Options.Tools!).Description);
        var health = (await server.GetJsonAsync("/api/tools/servers")).GetProperty("data")[0].GetProperty("health");
        Assert.Equal("twin: another tool of the list has its name", Assert.Single(health.GetProperty("leftOut").EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_that_is_nested_deeper_than_can_be_read_is_lost_alone_and_the_health_names_it(bool stdio)
    {
        var tools = """[{"name":"first","inputSchema":{"type":"object"}},{"name":"deep","inputSchema":{"type":"object","default":DEEP}},{"description":"[[[{{{{","name":"last","inputSchema":{"type":"object"}}]""".Replace("DEEP", Nested(20_000), StringComparison.Ordinal);
        await using var rough = new RoughToolServer(tools);
        var folder = Storage.TestFolder.New();
        await File.WriteAllTextAsync(Path.Combine(folder, "tools.json"), tools, TestContext.Current.CancellationToken);
        object entry = stdio ? new { name = "rough", transport = "stdio", command = "node", args = new[] { Path.Combine(await NpmFolder.ReadyAsync("mcp"), "asking.mjs") }, env = new Dictionary<string, string> { ["TOOLS_FILE"] = Path.Combine(folder, "tools.json") }, trusted = true } : rough.Entry;
        await using var server = await WithAsync(entry);
        await server.TurnAsync(new { content = "Go", tools = new[] { "rough.*" } });
        Assert.Equal(["first", "last"], server.Model.Last.Tools);
        var health = (await server.GetJsonAsync("/api/tools/servers")).GetProperty("data")[0].GetProperty("health");
        Assert.Equal(("ready", 2), (health.GetProperty("status").GetString(), health.GetProperty("tools").GetInt32()));
        Assert.Equal("deep: it is nested deeper than 60 levels", Assert.Single(health.GetProperty("leftOut").EnumerateArray()).GetString());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_tool_that_wants_an_impossible_header_is_left_out_with_a_warning_and_the_others_stay()
    {
        await using var rough = new RoughToolServer("""
            [
              {"name":"sound","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}},
              {"name":"spaced","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"My Region"}}}},
              {"name":"typed","inputSchema":{"type":"object","properties":{"region":{"type":"object","x-mcp-header":"Region"}}}}
            ]
            """);
        var log = new Warnings();
        await using var server = new RunningServer(services => services.AddSingleton<ILoggerProvider>(log), ("Turnpike:Connect", "00:00:30"));
        using var added = await server.PostAsync("/api/tools/servers", rough.Entry);
        await server.TurnAsync(new { content = "Go", tools = new[] { "rough.*" } });
        Assert.Equal(["sound"], server.Model.Last.Tools);
        var health = (await server.GetJsonAsync("/api/tools/servers")).GetProperty("data")[0].GetProperty("health");
        var leftOut = health.GetProperty("leftOut").EnumerateArray().Select(tool => tool.GetString()!).ToArray();
        Assert.Equal(["spaced", "typed"], leftOut.Select(tool => tool.Split(':')[0]));
        Assert.All(leftOut, tool => Assert.Contains("\"x-mcp-header\"", tool, StringComparison.Ordinal));
        Assert.All(leftOut, tool => Assert.Contains($"A tool of server rough is left out. {tool}", log.All));
    }

    [Fact]
    public async Task An_argument_that_its_schema_names_a_header_for_is_sent_in_it_too()
    {
        await using var modern = new AskingToolServer(AskingToolServer.Says("Booked.")) { Tools = """[{"name":"book","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"city":{"type":"string"}}}}]""" };
        await using var server = await WithAsync(modern.Entry);
        server.Model.Calls("book", new() { ["region"] = "eu", ["city"] = "Oslo" }).Says("ok");
        await server.TurnAsync(new { content = "Go", tools = new[] { "book" } });
        Assert.Equal("Booked.", Result(server));
        var headers = Assert.Single(modern.Called).Headers;
        Assert.Equal(("eu", "book", "tools/call"), (headers["Mcp-Param-Region"], headers["Mcp-Name"], headers["Mcp-Method"]));
        Assert.DoesNotContain("Mcp-Param-city", headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) All.Enqueue(formatter(state, exception));
        }

        public void Dispose() { }
    }
}
