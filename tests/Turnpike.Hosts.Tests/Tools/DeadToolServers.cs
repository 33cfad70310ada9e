using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>Fifty configured tool servers, of which one lives.</summary>
public sealed class DeadToolServers
{
    [Fact]
    public async Task Delay_neither_the_start_nor_a_turn_and_the_report_names_each()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(); // takes connections and never answers
        await using var sound = new RoughToolServer($"[{RoughToolServer.Tool("tool")}]");
        List<(string Name, string Key, string Value)> servers = [("sound", "url", sound.Url), ("missing", "command", "no-such-program-at-all"), ("quits", "command", "true")];
        for (var i = 0; i < 24; i++) servers.Add(($"silent{i}", "url", $"http://{silent.LocalEndpoint}/mcp"));
        for (var i = 0; servers.Count < 50; i++) servers.Add(($"refuses{i}", "url", RawServer.Nobody() + "mcp"));
        (string, string)[] settings = [("Turnpike:Connect", "00:05:00"), .. servers.SelectMany((server, i) => ((string, string)[])[($"Turnpike:ToolServers:{i}:name", server.Name), ($"Turnpike:ToolServers:{i}:{server.Key}", server.Value), ($"Turnpike:ToolServers:{i}:trusted", "true")])];

        await using var server = new RunningServer(null, settings);
        server.Model.Calls("tool").Says("Done.");
        var turn = await server.TurnAsync(new { content = "Go", tools = new[] { "tool" } });
        Assert.Equal("Done.", turn.GetProperty("answer").GetString());
        Assert.Equal("tool: [result fine]", server.Model.Last.Transcript[^1]);

        var report = await ReportAsync(server);
        Assert.Equal(servers.Select(one => one.Name).Order(StringComparer.OrdinalIgnoreCase), report.Keys);
        Assert.All(report.Where(row => row.Key.StartsWith("silent", StringComparison.Ordinal)), row => Assert.Equal("connecting", row.Value.GetProperty("status").GetString()));

        silent.Stop();
        for (var i = 0; i < 1200 && report.Values.Any(health => health.GetProperty("status").GetString() is "connecting" or "idle"); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            report = await ReportAsync(server);
        }
        Assert.Equal(("ready", 1), (report["sound"].GetProperty("status").GetString(), report["sound"].GetProperty("tools").GetInt32()));
        Assert.All(report.Where(row => row.Key != "sound"), row =>
        {
            Assert.Equal("failed", row.Value.GetProperty("status").GetString());
            Assert.StartsWith($"Tool server \"{row.Key}\" cannot be used: ", row.Value.GetProperty("error").GetString(), StringComparison.Ordinal);
        });

        await server.TurnAsync(new { content = "Go", tools = new[] { "*" } }); // whoever failed is left alone for a while
        Assert.Contains("tool", server.Model.Last.Tools);
        var unavailable = (await server.GetJsonAsync("/api/tools")).GetProperty("unavailable").EnumerateArray().Select(row => row.GetProperty("source").GetString());
        Assert.Equal(report.Keys.Where(name => name != "sound"), unavailable);
    }

    private static async Task<Dictionary<string, JsonElement>> ReportAsync(RunningServer server) =>
        (await server.GetJsonAsync("/api/tools/servers")).GetProperty("data").EnumerateArray().ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("health"));
}
