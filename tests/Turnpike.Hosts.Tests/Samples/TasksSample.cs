using System.Diagnostics;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Samples;

public sealed class TasksSample
{
    [Fact]
    public async Task Rows_of_an_existing_table_reach_the_model_and_are_read_again_each_turn()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Repository.PathOf("samples", "Tasks", "bin", configuration, "net10.0", "Tasks.dll")]) { RedirectStandardOutput = true })!;
        var answers = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split("\n=====\n");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, 2), (process.ExitCode, answers.Length));
        Assert.Contains("title=\"Paint the fence\"", answers[0], StringComparison.Ordinal);
        Assert.Contains("Ask which colour.", answers[0], StringComparison.Ordinal);
        Assert.Contains("It is blue now.", answers[1], StringComparison.Ordinal);
        Assert.DoesNotContain("It is blue now.", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loader_takes_about_forty_lines() =>
        Assert.InRange((await File.ReadAllLinesAsync(Repository.PathOf("samples", "Tasks", "TaskTable.cs"), TestContext.Current.CancellationToken)).Length, 1, 40);
}
