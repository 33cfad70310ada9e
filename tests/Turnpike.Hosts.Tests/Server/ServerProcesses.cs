using System.Diagnostics;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The server as a process of its own, which can be killed and started again on the same data.</summary>
internal sealed class ServerProcesses : IAsyncDisposable
{
    private readonly List<Process> _servers = [];

    // Tests that run in the background (nohup) ignore the end of their terminal, and a child would do as they do.
    private static string[] Shell => OperatingSystem.IsLinux() ? ["env", "--default-signal=HUP"] : [];

    /// <summary>A folder for the data and whatever else.</summary>
    public string Folder { get; } = TestFolder.New();

    public async Task<(Process Server, HttpClient Http)> StartAsync(params (string Name, string Value)[] environment)
    {
        string[] command = [.. Shell, "dotnet", Path.Combine(AppContext.BaseDirectory, "Turnpike.Server.dll"), "--urls=http://127.0.0.1:0"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        start.Environment["TURNPIKE_DATA"] = Path.Combine(Folder, "data");
        start.Environment["Turnpike__OllamaUrl"] = "";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var server = Process.Start(start)!;
        _servers.Add(server);
        server.BeginErrorReadLine();
        while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is var at and >= 0) return (server, new() { BaseAddress = new(line[at..].Split(' ', ',')[0]), Timeout = TimeSpan.FromSeconds(60) });
        }
        throw new InvalidOperationException("The server did not start.");
    }

    /// <summary>Ends a server as a power cut does: nobody tidies up.</summary>
    public static async Task KillAsync(Process server)
    {
        server.Kill();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            if (!server.HasExited) server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(CancellationToken.None);
            server.Dispose();
        }
        Directory.Delete(Folder, recursive: true);
    }
}
