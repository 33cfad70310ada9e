using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>A turn that waits for an approval outlives its server.</summary>
public sealed class KilledWhileWaiting : IAsyncDisposable
{
    private readonly string _folder = TestFolder.New();
    private readonly List<Process> _servers = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_that_waits_for_approval_survives_a_kill_and_its_tool_runs_once()
    {
        var (script, counted) = (Path.Combine(await NpmFolder.ReadyAsync("mcp"), "server.mjs"), Path.Combine(_folder, "counted"));
        var (server, http) = await StartAsync();
        using var added = await http.PostAsJsonAsync("/api/tools/servers", new { name = "local", transport = "stdio", command = "node", args = new[] { script }, env = new Dictionary<string, string> { ["COUNT_FILE"] = counted } }, Stop);
        Assert.Equal(201, (int)added.StatusCode);
        using var submitted = await http.PostAsJsonAsync("/api/turns", new { content = "call count {}", tools = new[] { "count" } }, Stop);
        Assert.Equal(202, (int)submitted.StatusCode);
        var waiting = await submitted.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var (id, call) = (waiting.GetProperty("id").GetString(), waiting.GetProperty("openCalls")[0].GetProperty("callId").GetString());

        server.Kill(); // SIGKILL: nobody tidies up
        await server.WaitForExitAsync(Stop);
        http.Dispose();
        (_, http) = await StartAsync();
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

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            if (!server.HasExited) server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(CancellationToken.None);
            server.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<(Process Server, HttpClient Http)> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Turnpike.Server.dll"), "--urls=http://127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["TURNPIKE_DATA"] = Path.Combine(_folder, "data");
        start.Environment["Turnpike__OllamaUrl"] = "";
        var server = Process.Start(start)!;
        _servers.Add(server);
        server.BeginErrorReadLine();
        while (await server.StandardOutput.ReadLineAsync(Stop) is { } line)
        {
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is var at and >= 0) return (server, new() { BaseAddress = new(line[at..].Split(' ', ',')[0]), Timeout = TimeSpan.FromSeconds(60) });
        }
        throw new InvalidOperationException("The server did not start.");
    }
}
