using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Providers.Mcp.Serving;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>The protocol's own conformance suite, the version that runs on Node 20, against <c>/mcp</c> with the suite's fixtures.</summary>
public sealed class ConformanceSuite
{
    /// <summary>Scenarios that need what a server without sessions does not have, each with what that is.</summary>
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["logging-set-level"] = "no log level: there are no log notifications",
        ["tools-call-with-logging"] = "no log notifications on streams",
        ["tools-call-sampling"] = "a server without sessions sends no requests",
        ["tools-call-elicitation"] = "a server without sessions sends no requests",
        ["elicitation-sep1034-defaults"] = "a server without sessions sends no requests",
        ["elicitation-sep1330-enums"] = "a server without sessions sends no requests",
        ["server-sse-polling"] = "streams have no ids and are not resumed",
        ["server-sse-multiple-streams"] = "needs a session id",
        ["resources-subscribe"] = "subscriptions belong to the modern era",
        ["resources-unsubscribe"] = "subscriptions belong to the modern era",
    };

    public static TheoryData<string> Scenarios =>
    [
        "server-initialize", "ping", "completion-complete", "tools-list", "tools-call-simple-text", "tools-call-image", "tools-call-audio", "tools-call-embedded-resource", "tools-call-mixed-content",
        "tools-call-error", "tools-call-with-progress", "json-schema-2020-12", "resources-list", "resources-read-text", "resources-read-binary", "resources-templates-read", "prompts-list",
        "prompts-get-simple", "prompts-get-with-args", "prompts-get-embedded-resource", "prompts-get-with-image",
    ];

    [Fact]
    public async Task Every_scenario_passes_but_those_that_need_a_session()
    {
        var folder = await NpmFolder.ReadyAsync("conformance");
        await using var server = new RunningServer(services => services.AddSingleton<IMcpContent>(new SuiteContent()));
        var url = new Uri(server.Client.BaseAddress!, "/mcp").ToString();
        var told = await RunAsync(folder, "list");
        var all = told.Split('\n').SkipWhile(line => !line.Contains("Server scenarios", StringComparison.Ordinal)).Skip(1).TakeWhile(line => line.TrimStart().StartsWith("- ", StringComparison.Ordinal)).Select(line => line.Trim()[2..]).ToArray();
        Assert.Equal(Scenarios.Select(row => row.Data).Concat(Expected.Keys).Order(), all.Order());

        var output = await RunAsync(folder, "server", "--url", url, "--suite", "all");
        var failed = output.Split('\n').Where(line => line.TrimStart().StartsWith('✗')).Select(line => line.Trim()).ToArray();
        var unexpected = failed.Where(line => !Expected.Keys.Any(name => line.Contains(name + ":", StringComparison.Ordinal))).ToArray();
        Assert.True(unexpected.Length == 0 && failed.Length > 0, string.Join('\n', unexpected.Append(output)));
    }

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js"), .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output + await errors;
    }
}
