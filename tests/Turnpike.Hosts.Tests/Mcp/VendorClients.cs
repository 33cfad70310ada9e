using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>The vendors' own clients, unchanged, against <c>/mcp</c> and <c>turnpike mcp</c>.</summary>
public sealed class VendorClients
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<RunningServer> ServerAsync()
    {
        var server = new RunningServer();
        object[] prompts =
        [
            new
            {
                key = "support",
                description = "Answers about a city.",
                messages = new[] { new { role = "system", content = "You help in {{city}}." } },
                variables = new[] { new { name = "city", type = "enum", required = true, options = new[] { "Paris", "Parma", "Rome" } } },
                resources = new[] { new { id = "faq", kind = "text", title = "FAQ", text = "Ask away.", policy = "sticky" } },
            },
            new { key = "sum", messages = new[] { new { role = "user", content = "Sum up {{input}}" } }, output = new { schema = new { type = "object", properties = new { total = new { type = "number" } }, required = new[] { "total" } } } },
        ];
        foreach (var prompt in prompts)
        {
            using var saved = await server.PostAsync("/api/prompts", prompt);
            Assert.Equal(201, (int)saved.StatusCode);
        }
        server.Model.Says("Yes.").Says("""{"total":3}""");
        return server;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_npm_client_lists_gets_runs_reads_and_completes(bool http)
    {
        await using var server = await ServerAsync();
        var folder = await NpmFolder.ReadyAsync("mcp");
        var root = server.Client.BaseAddress!.ToString();
        string[] way = http ? ["http", root + "mcp"] : ["stdio", "dotnet", Path.Combine(AppContext.BaseDirectory, "Turnpike.Cli.dll"), "mcp", "--server", root.TrimEnd('/')];
        using var node = Process.Start(new ProcessStartInfo("node", ["client.mjs", .. way]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = node.StandardError.ReadToEndAsync(Stop);
        var said = await node.StandardOutput.ReadToEndAsync(Stop);
        await node.WaitForExitAsync(Stop);
        Assert.True(node.ExitCode == 0, await errors);

        var got = JsonNode.Parse(said)!;
        Assert.Equal("turnpike", (string?)got["server"]!["name"]);
        Assert.Contains(got["prompts"]!.AsArray(), prompt => (string)prompt!["name"]! == "support");
        Assert.Equal("You help in Rome.", (string?)got["prompt"]!["messages"]![0]!["content"]!["text"]);
        Assert.Equal("Ask away.", (string?)got["prompt"]!["messages"]![1]!["content"]!["resource"]!["text"]);
        Assert.Equal(-32602, (int)got["missing"]!);
        Assert.Contains(got["tools"]!.AsArray(), tool => (string)tool!["name"]! == "run_support");
        Assert.Equal("Yes.", (string?)got["called"]!["content"]![0]!["text"]);
        // Over stdio the client loses what it reads in one piece with the answer: it forgets who listens when it sees that, before it tells them.
        if (http) Assert.Contains("step 1", got["progress"]!.AsArray().Select(told => (string?)told));
        Assert.Equal("""{"total":3}""", got["shaped"]!["structuredContent"]!.ToJsonString());
        Assert.Contains(got["resources"]!.AsArray(), row => (string)row!["uri"]! == "turnpike://prompts/support/resources/faq");
        Assert.Equal("Ask away.", (string?)got["resource"]![0]!["text"]);
        Assert.Equal("""["Paris","Parma"]""", got["completed"]!["values"]!.ToJsonString());
    }

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task The_dotnet_client_speaks_each_era(string version)
    {
        await using var server = await ServerAsync();
        await using var client = await ConnectAsync(server, new() { ProtocolVersion = version });
        Assert.Equal((version, "turnpike"), (client.NegotiatedProtocolVersion, client.ServerInfo?.Name));
        Assert.Contains(await client.ListPromptsAsync(cancellationToken: Stop), prompt => prompt.Name == "support");
        var got = await client.GetPromptAsync("support", new Dictionary<string, object?> { ["city"] = "Rome" }, cancellationToken: Stop);
        Assert.Equal("You help in Rome.", Assert.IsType<TextContentBlock>(got.Messages[0].Content).Text);
        var bound = Assert.IsType<TextResourceContents>(Assert.IsType<EmbeddedResourceBlock>(got.Messages[1].Content).Resource);
        Assert.Equal(("turnpike://prompts/support/resources/faq", "Ask away."), (bound.Uri, bound.Text));
        var missing = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.GetPromptAsync("support", cancellationToken: Stop));
        Assert.Equal(McpErrorCode.InvalidParams, missing.ErrorCode);

        Assert.Contains(await client.ListToolsAsync(cancellationToken: Stop), tool => tool.Name == "run_support");
        var called = await client.CallToolAsync("run_support", new Dictionary<string, object?> { ["city"] = "Paris", ["input"] = "Rain?" }, cancellationToken: Stop);
        Assert.Equal("Yes.", Assert.IsType<TextContentBlock>(called.Content.Single()).Text);
        var shaped = await client.CallToolAsync("run_sum", new Dictionary<string, object?> { ["input"] = "1 2" }, cancellationToken: Stop);
        Assert.Equal("""{"total":3}""", shaped.StructuredContent?.GetRawText());
        Assert.Contains(await client.ListResourcesAsync(cancellationToken: Stop), resource => resource.Uri == "turnpike://prompts/support/resources/faq");
        var read = await client.ReadResourceAsync("turnpike://prompts/support/resources/faq", cancellationToken: Stop);
        Assert.Equal("Ask away.", Assert.IsType<TextResourceContents>(read.Contents.Single()).Text);
        var completed = await client.CompleteAsync(new PromptReference { Name = "support" }, "city", "pa", cancellationToken: Stop);
        Assert.Equal(["Paris", "Parma"], completed.Completion.Values);
    }

    [Fact]
    public async Task The_dotnet_client_of_the_modern_era_fills_the_form_for_what_is_missing()
    {
        await using var server = await ServerAsync();
        var asked = new List<string>();
        await using var client = await ConnectAsync(server, new()
        {
            ProtocolVersion = "2026-07-28",
            Handlers = new()
            {
                ElicitationHandler = (form, _) =>
                {
                    asked.Add(string.Join(',', form!.RequestedSchema!.Properties.Keys));
                    return ValueTask.FromResult(new ElicitResult { Action = "accept", Content = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("\"Parma\"") } });
                },
            },
        });
        var got = await client.GetPromptAsync("support", cancellationToken: Stop);
        Assert.Equal("You help in Parma.", Assert.IsType<TextContentBlock>(got.Messages[0].Content).Text);
        Assert.Equal(["city"], asked);
    }

    private static Task<McpClient> ConnectAsync(RunningServer server, McpClientOptions options) =>
        McpClient.CreateAsync(new HttpClientTransport(new() { Endpoint = new(server.Client.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }), options, cancellationToken: Stop);
}
