using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Published clients for Node, installed at first use with the versions of the lock file, and driven as they are.</summary>
internal static class NodeClients
{
    private static readonly string Source = Path.Combine(Repository.Root, "tests", "Turnpike.Hosts.Tests", "Compatible", "node");
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>Drives a client against a server; one result for each thing it did.</summary>
    public static async Task<IReadOnlyList<Seen>> DriveAsync(string sdk, Uri server)
    {
        var folder = await Installed.Value;
        var (status, output) = await RunAsync("node", folder, ["drive.mjs", server.GetLeftPart(UriPartial.Authority), sdk]);
        var seen = output.Split('\n').Where(line => line.StartsWith("{\"sdk\"", StringComparison.Ordinal)).Select(line => JsonSerializer.Deserialize<Seen>(line, JsonSerializerOptions.Web)!).ToList();
        Assert.True(status == 0 && seen.Count > 0, output);
        return seen;
    }

    /// <summary>Skips the test where there is no Node; on a build server that is a failure.</summary>
    public static async Task NeedAsync()
    {
        var reason = await MissingAsync("node") ?? await MissingAsync("npm");
        if (reason is null) return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.Skip(reason);
    }

    private static async Task<string?> MissingAsync(string program)
    {
        try
        {
            return (await RunAsync(program, Source, ["--version"])).Status == 0 ? null : $"\"{program}\" does not run.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"\"{program}\" is not installed; with Node 20 or newer this drives the published clients.";
        }
    }

    private static async Task<string> InstallAsync()
    {
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(Source, "package-lock.json"));
        var folder = Path.Combine(Path.GetTempPath(), "turnpike-clients-" + Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]);
        if (!Directory.Exists(folder))
        {
            var making = folder + "-" + Environment.ProcessId;
            Directory.CreateDirectory(making);
            foreach (var file in Directory.GetFiles(Source)) File.Copy(file, Path.Combine(making, Path.GetFileName(file)), overwrite: true);
            var (status, output) = await RunAsync("npm", making, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
            Assert.True(status == 0, "npm ci failed: " + output);
            try
            {
                Directory.Move(making, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                Directory.Delete(making, recursive: true); // another run was faster
            }
        }
        foreach (var script in Directory.GetFiles(Source, "*.mjs")) File.Copy(script, Path.Combine(folder, Path.GetFileName(script)), overwrite: true);
        return folder;
    }

    private static async Task<(int Status, string Output)> RunAsync(string program, string folder, string[] arguments)
    {
        using var process = new Process { StartInfo = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true } };
        process.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        over.CancelAfter(TimeSpan.FromMinutes(4));
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(over.Token), process.StandardError.ReadToEndAsync(over.Token));
            await process.WaitForExitAsync(over.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>What a client was seen to do.</summary>
internal sealed record Seen(string Sdk, string Version, string Name, string? Error);
