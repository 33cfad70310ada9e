using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A call that waits for a yes or no is answered by a command where nobody sits at a terminal.</summary>
public sealed class ApprovingCalls : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_turn_goes_on_with_what_was_said(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", Path.Combine(_folder, "data")];
        var prompt = Path.Combine(_folder, "ask.prompt");
        await File.WriteAllTextAsync(prompt, "---\nmodel: builtin/echo\ntools: [current_time]\nturnpike.tools.approval: { current_time: ask }\n---\n", Cancellation);

        foreach (var (more, told) in ((string[], string)[])[([], "gave back"), (["--deny", "--reason", "Not today"], "Not today")])
        {
            var waits = await CommandLine.RunAsync(["run", prompt, "-", .. where], piped: "call current_time {}");
            Assert.Equal(1, waits.Code);
            var hint = waits.Error[(waits.Error.IndexOf("say yes with \"turnpike ", StringComparison.Ordinal) + 23)..];
            string[] approve = hint[..hint.IndexOf('"', StringComparison.Ordinal)].Split(' ');
            var other = await CommandLine.RunAsync(["approve", approve[1], "call_no", .. where], piped: "");
            Assert.Equal((2, true), (other.Code, other.Error.Contains("These wait: " + approve[2], StringComparison.Ordinal)));

            var ended = await CommandLine.RunAsync([.. approve, .. more, .. where], piped: "");
            Assert.Equal(0, ended.Code);
            Assert.Contains(told, ended.Out, StringComparison.Ordinal);
            var again = await CommandLine.RunAsync([.. approve, .. more, .. where], piped: "");
            Assert.Equal((0, ended.Out), (again.Code, again.Out)); // said again: it stands as it was said
            Assert.Equal(2, (await CommandLine.RunAsync([.. approve, .. more.Length > 0 ? Array.Empty<string>() : ["--deny"], .. where], piped: "")).Code);
        }
    }
}
