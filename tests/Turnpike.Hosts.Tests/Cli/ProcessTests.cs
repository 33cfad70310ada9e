using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>The program as a process of its own: pipes, exit codes, signals.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_pipe_gets_utf_8_and_nothing_but_the_answer()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("Grüße, ", "世界 🚪"));
        using var process = Start(["--server", server.Address], piped: "Grüß die Welt\n");
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, error));
        Assert.Equal("Grüße, 世界 🚪\n"u8.ToArray(), output.ToArray());
        Assert.Contains("\"content\":\"Grüß die Welt\"", Assert.Single(server.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_usage_is_exit_code_2_and_an_unknown_prompt_3()
    {
        Assert.Equal(2, await CodeAsync("run", "--no-such-option"));
        Assert.Equal(3, await CodeAsync("run", "no-such-prompt", "text"));
        Assert.Equal(0, await CodeAsync("--version"));
    }

    [Fact]
    public async Task Ctrl_C_in_the_middle_of_an_answer_ends_with_130_and_the_half_that_was_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent in the way of Unix.");
        var cancelled = new TaskCompletionSource();
        await using var server = await FakeServer.StartAsync(
            async context =>
            {
                await FakeServer.Events(1, false, FakeServer.Started, FakeServer.Step(1), new Turns.Events.TextDelta { Text = "Half a", Step = 1 })(context);
                await cancelled.Task;
                await FakeServer.SendAsync(context, 4, new Turns.Events.TurnCancelled());
            },
            context =>
            {
                cancelled.SetResult();
                context.Response.StatusCode = 202;
                return Task.CompletedTask;
            });
        using var process = Start(["Tell me", "--server", server.Address], piped: "");
        var said = new char[6];
        await process.StandardOutput.ReadBlockAsync(said, TestContext.Current.CancellationToken);
        await InterruptAsync(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((130, "Half a"), (process.ExitCode, new string(said)));
    }

    private async Task<int> CodeAsync(params string[] args)
    {
        using var process = Start(args, piped: "");
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private Process Start(string[] args, string piped)
    {
        // A shell starts what runs in the background with Ctrl-C switched off, and children inherit that: the tests may run so, a person at a terminal does not.
        string[] dotnet = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(dotnet[0], [.. dotnet[1..], Path.Combine(AppContext.BaseDirectory, "Turnpike.Cli.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = _folder,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("TURNPIKE_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        var process = Process.Start(start)!;
        process.StandardInput.Write(piped);
        process.StandardInput.Close();
        return process;
    }

    private static async Task InterruptAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
