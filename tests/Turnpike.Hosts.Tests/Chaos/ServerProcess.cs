using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Turnpike.Hosts.Tests.Chaos;

/// <summary>The server as a process of its own, which may be killed, stopped and started again at the same address.</summary>
internal sealed class ServerProcess(string name, string folder, string model, string? database = null) : IAsyncDisposable
{
    private readonly int _port = FreePort();
    private Process? _process;

    public string Address => $"http://127.0.0.1:{_port}";

    public HttpClient Client => field ??= new() { BaseAddress = new(Address), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>How many KiB a file may grow to before nothing more can be written (the runtime then may not map its code twice, which takes a large file); null: as many as the disk has.</summary>
    public int? LargestFile { get; set; }

    /// <summary>Starts it and comes back when it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Turnpike.Server.dll"), "--urls=" + Address];
        if (LargestFile is { } most) command = ["bash", "-c", $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -S -f {most.ToString(CultureInfo.InvariantCulture)}; exec \"$@\"", "bash", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var key in start.Environment.Keys.Where(key => key.StartsWith("TURNPIKE_", StringComparison.Ordinal) || key.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(key);
        foreach (var (key, value) in Settings()) start.Environment[key] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (!await IsReadyAsync(cancellationToken))
        {
            Assert.False(_process.HasExited, $"The server \"{name}\" ended by itself.");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Lets files grow again.</summary>
    public async Task MakeRoomAsync()
    {
        using var limit = Process.Start("prlimit", ["--fsize=unlimited", "--pid", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
        LargestFile = null;
    }

    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Sends a signal of Unix: <c>STOP</c>, <c>CONT</c>, <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Client.Dispose();
    }

    private IEnumerable<(string Key, string Value)> Settings()
    {
        yield return ("TURNPIKE_DATA", folder);
        yield return ("OPENAI_BASE_URL", model);
        yield return ("Turnpike__Web__Allow__0", "127.0.0.1");
        yield return ("Turnpike__Runner__Node", name);
        yield return ("Turnpike__Runner__Lease", "00:00:03");
        yield return ("Turnpike__Runner__RenewEvery", "00:00:01");
        yield return ("Logging__LogLevel__Default", "Warning");
        if (database is not null) yield return ("ConnectionStrings__Turnpike", database);
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync("/health/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
