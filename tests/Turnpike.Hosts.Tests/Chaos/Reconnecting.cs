using System.Diagnostics;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Chaos;

/// <summary>The command line shows an answer while its server is killed and comes back.</summary>
public sealed class Reconnecting : IDisposable
{
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_the_server_was_killed_and_started_again_the_same_text_stands_once_and_the_end_is_told()
    {
        await using var model = await PacedModel.StartAsync();
        await using var server = new ServerProcess("only", _folder, model.BaseUrl);
        await server.StartAsync(Cancellation);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Turnpike.Cli.dll"), "Go on", "--model", "openai/words-5000", "--server", server.Address]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("TURNPIKE_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        using var cli = Process.Start(start)!;
        cli.StandardInput.Close();
        var error = cli.StandardError.ReadToEndAsync(Cancellation);
        var begun = new char[200];
        await cli.StandardOutput.ReadBlockAsync(begun, Cancellation);
        await server.KillAsync();
        await server.StartAsync(Cancellation);
        var said = new string(begun) + await cli.StandardOutput.ReadToEndAsync(Cancellation);
        await cli.WaitForExitAsync(Cancellation);
        Assert.StartsWith(said.TrimEnd('\n'), PacedModel.Words(5000), StringComparison.Ordinal);
        Assert.Contains("interrupted", await error, StringComparison.Ordinal);
        Assert.Equal(1, cli.ExitCode);
    }
}
