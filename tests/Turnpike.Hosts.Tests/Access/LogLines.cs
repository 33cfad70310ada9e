using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Tools;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What strangers, models and tool servers say cannot make lines in the log that look like ours.</summary>
public sealed class LogLines
{
    private const string Forged = "x\nfail: Turnpike[0] everything is lost";

    [Fact]
    public async Task Are_ours_whatever_paths_models_and_tool_servers_say()
    {
        var log = new Messages();
        await using var tools = await FakeServer.StartAsync([.. Enumerable.Repeat<Func<HttpContext, Task>>(context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync(Forged);
        }, 10)]);
        await using var server = new RunningServer(services =>
        {
            services.AddSingleton<ILoggerProvider>(log);
            services.AddSingleton<IToolSource>(new Failing("no"));
        }, ("Logging:LogLevel:Default", "Information"), ("Logging:LogLevel:Microsoft.AspNetCore", "Warning"), ("Logging:LogLevel:Turnpike", "Trace")); // below warnings the web server tells paths as they came
        server.Model.Answers((_, _) => CallAsync());
        foreach (var path in (string[])["/api/prompts/x%0Afail:%20Turnpike", "/x%0D%0Afail:%20Turnpike", "/api/turns?after=%0Afail:%20Turnpike"]) using (await server.SendAsync(HttpMethod.Get, path)) { }
        using (await server.PostAsync("/api/turns", new { content = "call it", tools = new[] { "fails" } })) { }
        using (await server.PostAsync("/api/turns", new { content = "x", model = Forged, prompt = Forged })) { }
        using (await server.PostAsync("/api/tools/servers", new { name = "loud", url = tools.Address + "/mcp" })) { }
        using (await server.PostAsync("/api/tools/servers/loud/test", new { })) { }
        Assert.Contains(log.All, line => line.Contains("fails", StringComparison.Ordinal));
        Assert.Contains(log.All, line => line.Contains("loud", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains("\nfail: Turnpike", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Above_Trace_say_nothing_that_people_wrote_when_tools_repeat_it_in_their_errors()
    {
        const string Written = "a secret diagnosis";
        var log = new Messages();
        await using var rough = new RoughToolServer($"[{RoughToolServer.Tool("says")},{RoughToolServer.Tool("errs")},{RoughToolServer.Tool("refuses")}]", (exchange, asked) => (string?)asked["params"]!["name"] switch
        {
            "says" => RoughToolServer.ResultAsync(exchange, asked, $$$"""{"isError":true,"content":[{"type":"text","text":"No entry for {{{Written}}}"}]}"""),
            "errs" => RoughToolServer.AnswerAsync(exchange, $$$"""{"jsonrpc":"2.0","id":{{{asked["id"]!.ToJsonString()}}},"error":{"code":-32000,"message":"No entry for {{{Written}}}"}}"""),
            _ => RoughToolServer.AnswerAsync(exchange, $"No entry for {Written}", "400 Bad Request"),
        });
        await using var server = new RunningServer(services =>
        {
            services.AddSingleton<ILoggerProvider>(log);
            services.AddSingleton<IToolSource>(new Failing($"No entry for {Written}"));
        }, ("Logging:LogLevel:Default", "Trace"));
        using (var added = await server.PostAsync("/api/tools/servers", rough.Entry)) Assert.Equal(201, (int)added.StatusCode);
        foreach (var tool in (string[])["fails", "says", "errs", "refuses"])
        {
            server.Model.Calls(tool).Says("Never mind.");
            using (await server.PostAsync("/api/turns", new { content = Written, tools = new[] { tool } })) { }
            Assert.Contains($"\"{tool}\" failed: ", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
            Assert.Contains($"No entry for {Written}", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
            Assert.Contains(log.AboveTrace, line => line.Contains($"Tool {tool} failed in call ", StringComparison.Ordinal));
        }
        Assert.DoesNotContain(log.AboveTrace, line => line.Contains(Written, StringComparison.Ordinal));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> CallAsync()
    {
        await Task.Yield();
        yield return new(ChatRole.Assistant, [new FunctionCallContent("call" + Forged, "fails", new Dictionary<string, object?>())]) { FinishReason = ChatFinishReason.ToolCalls };
    }

    private sealed class Failing(string why) : IToolSource
    {
        public string Name => "mine";

        public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new([AIFunctionFactory.Create(new Func<string>(() => throw new InvalidOperationException(why)), "fails")]);
    }

    /// <summary>The messages alone; where an exception is written is for the formatter of a log to say.</summary>
    private sealed class Messages : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        /// <summary>With the exceptions, as a log would have them.</summary>
        public ConcurrentQueue<string> AboveTrace { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            All.Enqueue(formatter(state, exception));
            if (logLevel > LogLevel.Trace) AboveTrace.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose() { }
    }
}
