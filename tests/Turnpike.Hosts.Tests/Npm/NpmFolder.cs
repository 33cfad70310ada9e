using System.Collections.Concurrent;
using System.Diagnostics;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Npm;

/// <summary>A folder beside this file whose npm packages are installed as its lock file says, once.</summary>
internal static class NpmFolder
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> Installs = new(StringComparer.Ordinal);

    /// <summary>The folder, ready to run. Without node or npm the test is skipped, but not in CI.</summary>
    public static async Task<string> ReadyAsync(string name)
    {
        var folder = Repository.PathOf("tests", "Turnpike.Hosts.Tests", "Npm", name);
        var fault = await Installs.GetOrAdd(folder, path => new(() => InstallAsync(path))).Value;
        if (fault is not null && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(fault);
        Assert.SkipWhen(fault is not null, fault ?? "");
        return folder;
    }

    private static async Task<string?> InstallAsync(string folder)
    {
        var (wanted, installed) = (new FileInfo(Path.Combine(folder, "package-lock.json")), new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json")));
        if (installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc) return null;
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (told, failed) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            await npm.WaitForExitAsync(deadline.Token);
            return npm.ExitCode == 0 ? null : $"npm ci failed in {folder}: {await failed} {await told}";
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            return $"node and npm are needed for this test: {error.Message}";
        }
    }
}
