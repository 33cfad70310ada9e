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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_follows_is_not_asked_about_calls_that_somebody_answered_before(bool atTerminal)
    {
        await using var server = new RunningServer(null, ("Turnpike:ToolCalls:Approval:current_time", "ask"));
        var (turn, call) = await WaitingAsync(server);
        Assert.Equal(202, (int)(await server.PostAsync($"/api/turns/{turn}/approvals/{call}", new { approved = true })).StatusCode);
        var followed = await CommandLine.RunAsync(["follow", turn, "--server", server.Client.BaseAddress!.ToString()], piped: atTerminal ? null : "").WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(0, followed.Code);
        Assert.Contains("gave back", followed.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("[y/N]", followed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("waits for an answer", followed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_comes_behind_somebody_elses_does_not_count_and_the_turn_is_followed_on()
    {
        await using var server = new RunningServer(null, ("Turnpike:ToolCalls:Approval:current_time", "ask"));
        var (turn, call) = await WaitingAsync(server);
        using var keyboard = new SlowKeyboard(() => server.PostAsync($"/api/turns/{turn}/approvals/{call}", new { approved = true }));
        var followed = await CommandLine.RunAsync(["follow", turn, "--server", server.Client.BaseAddress!.ToString()], keyboard: keyboard).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(0, followed.Code);
        Assert.Contains("[y/N]", followed.Error, StringComparison.Ordinal);
        Assert.Contains($"Call \"{call}\" waits no longer", followed.Error, StringComparison.Ordinal);
        Assert.Contains("gave back", followed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_follows_from_behind_the_question_is_asked_too()
    {
        await using var server = new RunningServer(null, ("Turnpike:ToolCalls:Approval:current_time", "ask"));
        var (turn, call) = await WaitingAsync(server);
        string[] follow = ["follow", turn, "--server", server.Client.BaseAddress!.ToString(), "--after"];
        foreach (var after in (string[])["6", "50"])
        {
            var left = await CommandLine.RunAsync([.. follow, after], piped: "").WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            Assert.Equal((1, ""), (left.Code, left.Out));
            Assert.Equal($"warning: Turn \"{turn}\" waits for an answer to {call}; say yes with \"turnpike approve {turn} {call}\", no with --deny behind it.\n", left.Error);
        }
        var yes = await CommandLine.RunAsync([.. follow, "7"], typed: "y\n").WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(0, yes.Code);
        Assert.Contains("May current_time be called with {}? [y/N]", yes.Error, StringComparison.Ordinal);
        Assert.Contains("gave back", yes.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Calling", yes.Out, StringComparison.Ordinal); // it was told before
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_turn_that_waits_can_be_cancelled_and_its_conversation_goes_on(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", Path.Combine(_folder, "data")];
        var prompt = Path.Combine(_folder, "ask.prompt");
        await File.WriteAllTextAsync(prompt, "---\nmodel: builtin/echo\ntools: [current_time]\nturnpike.tools.approval: { current_time: ask }\n---\n", Cancellation);
        var waits = await CommandLine.RunAsync(["run", prompt, "-", .. where], piped: "call current_time {}");
        var hint = waits.Error[(waits.Error.IndexOf("turnpike approve ", StringComparison.Ordinal) + 17)..];
        var turn = hint[..hint.IndexOf(' ', StringComparison.Ordinal)];
        Assert.Equal((0, "", ""), await CommandLine.RunAsync(["cancel", turn, .. where]) is var ended ? (ended.Code, ended.Out, ended.Error) : default);
        Assert.Equal((0, "", $"warning: Turn \"{turn}\" has ended already: cancelled.\n"), await CommandLine.RunAsync(["cancel", turn, .. where]) is var again ? (again.Code, again.Out, again.Error) : default);
        Assert.Equal(0, (await CommandLine.RunAsync(["Never mind", "--continue", .. where])).Code);
        Assert.Equal(3, (await CommandLine.RunAsync(["cancel", "turn_nope", .. where])).Code);
    }

    private static async Task<(string Turn, string Call)> WaitingAsync(RunningServer server)
    {
        using var response = await server.PostAsync("/api/turns", new { model = "builtin/echo", content = "call current_time {}", tools = new[] { "current_time" } });
        Assert.Equal(202, (int)response.StatusCode);
        var waiting = await server.JsonAsync(response);
        return (waiting.GetProperty("id").GetString()!, waiting.GetProperty("openCalls")[0].GetProperty("callId").GetString()!);
    }

    /// <summary>Somebody who types no after somebody else has said something.</summary>
    private sealed class SlowKeyboard(Func<Task<HttpResponseMessage>> first) : TextReader
    {
        public override string? ReadLine()
        {
            Assert.Equal(202, (int)first().GetAwaiter().GetResult().StatusCode);
            return "n";
        }
    }
}
