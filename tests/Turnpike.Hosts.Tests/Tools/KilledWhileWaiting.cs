using System.Net.Http.Json;
using System.Text.Json;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>A turn that waits for an approval, or for a tool, when its server is killed.</summary>
public sealed class KilledWhileWaiting
{
    /// <summary>Leases that run out soon: what the first server ran is ended by the next one.</summary>
    private static readonly (string, string)[] Watchful = [("Turnpike__Runner__Lease", "00:00:03"), ("Turnpike__Runner__RenewEvery", "00:00:01")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_that_waits_for_approval_survives_a_kill_and_its_tool_runs_once()
    {
        await using var servers = new ServerProcesses();
        var (script, counted) = (Path.Combine(await NpmFolder.ReadyAsync("mcp"), "server.mjs"), Path.Combine(servers.Folder, "counted"));
        var (server, http) = await servers.StartAsync();
        using var added = await http.PostAsJsonAsync("/api/tools/servers", new { name = "local", transport = "stdio", command = "node", args = new[] { script }, env = new Dictionary<string, string> { ["COUNT_FILE"] = counted } }, Stop);
        Assert.Equal(201, (int)added.StatusCode);
        using var submitted = await http.PostAsJsonAsync("/api/turns", new { content = "call count {}", tools = new[] { "count" } }, Stop);
        Assert.Equal(202, (int)submitted.StatusCode);
        var waiting = await submitted.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var (id, call) = (waiting.GetProperty("id").GetString(), waiting.GetProperty("openCalls")[0].GetProperty("callId").GetString());

        await ServerProcesses.KillAsync(server);
        http.Dispose();
        (_, http) = await servers.StartAsync();
        Assert.Equal("waiting", (await http.GetFromJsonAsync<JsonElement>("/api/turns/" + id, Stop)).GetProperty("status").GetString());
        Assert.False(File.Exists(counted));

        for (var i = 0; i < 2; i++)
        {
            using var approved = await http.PostAsJsonAsync($"/api/turns/{id}/approvals/{call}", new { approved = true }, Stop);
            Assert.Equal(202, (int)approved.StatusCode);
        }
        var log = await http.GetStringAsync($"/api/turns/{id}/events", Stop);
        Assert.Contains("event: turn.completed", log, StringComparison.Ordinal);
        Assert.Contains("\"result\":\"counted\"", log, StringComparison.Ordinal);
        Assert.Equal(".", await File.ReadAllTextAsync(counted, Stop));
        http.Dispose();
    }

    [Fact]
    public async Task A_call_that_a_kill_cut_off_is_told_as_of_unknown_outcome_and_is_not_made_again()
    {
        await using var servers = new ServerProcesses();
        var (script, counted) = (Path.Combine(await NpmFolder.ReadyAsync("mcp"), "server.mjs"), Path.Combine(servers.Folder, "counted"));
        var (server, http) = await servers.StartAsync(Watchful);
        using var added = await http.PostAsJsonAsync("/api/tools/servers", new { name = "local", transport = "stdio", command = "node", args = new[] { script }, env = new Dictionary<string, string> { ["COUNT_FILE"] = counted }, trusted = true }, Stop);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = JsonContent.Create(new { content = "call begin {}", tools = new[] { "begin" } }), Headers = { { "Prefer", "respond-async" } } };
        using var submitted = await http.SendAsync(request, Stop);
        Assert.Equal(202, (int)submitted.StatusCode);
        var id = submitted.Headers.GetValues("Turnpike-Turn").Single();
        while (!File.Exists(counted)) await Task.Delay(20, Stop);

        await ServerProcesses.KillAsync(server);
        http.Dispose();
        (_, http) = await servers.StartAsync(Watchful);
        var log = await http.GetStringAsync($"/api/turns/{id}/events", Stop);
        Assert.Contains("event: turn.interrupted", log, StringComparison.Ordinal);
        Assert.Contains("\"error\":\"outcome_unknown: ", log, StringComparison.Ordinal);

        var conversation = (await http.GetFromJsonAsync<JsonElement>("/api/turns/" + id, Stop)).GetProperty("conversation").GetString();
        using var next = await http.PostAsJsonAsync("/api/turns", new { content = "And?", conversation }, Stop);
        Assert.Equal(200, (int)next.StatusCode);
        var sent = await http.GetStringAsync($"/api/turns/{next.Headers.GetValues("Turnpike-Turn").Single()}/request", Stop);
        Assert.Contains("outcome_unknown: ", sent, StringComparison.Ordinal);
        Assert.Equal(".", await File.ReadAllTextAsync(counted, Stop));
        http.Dispose();
    }
}
