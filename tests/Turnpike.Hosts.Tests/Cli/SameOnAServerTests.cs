using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A command says the same whether turns run in its process or on a real server.</summary>
public sealed class SameOnAServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("prompts", "list")]
    [InlineData("prompts", "list", "diff", "--tag", "code")]
    [InlineData("prompts", "show", "translate")]
    [InlineData("prompts", "show", "translate@1", "--json")]
    [InlineData("prompts", "show", "transltae")]
    [InlineData("tools", "list")]
    [InlineData("triggers", "list", "--json")]
    [InlineData("complete", "@.params.t", "--json")]
    [InlineData("preview", "translate", "@.params.temp 0.5; Good morning", "-v", "language=French", "-m", "builtin/echo")]
    [InlineData("preview", "translate", "Good morning")]
    [InlineData("run", "translate", "@.parms.x 1; Good morning", "-v", "language=French", "-m", "builtin/echo")]
    [InlineData("run", "translate", "Good morning", "-v", "tone=loud", "-v", "language=French")]
    [InlineData("Hello", "-t", "no_such_tool")]
    [InlineData("conversations", "list")]
    [InlineData("conversations", "show", "conv_nope")]
    [InlineData("trace", "turn_nope")]
    public async Task Output_errors_and_exit_code(params string[] args)
    {
        await using var server = new RunningServer();
        var alone = await CommandLine.RunAsync([.. args, "--data", _folder]);
        var served = await CommandLine.RunAsync([.. args, "--server", server.Client.BaseAddress!.ToString()]);
        Assert.Equal(alone, served);
        Assert.NotEqual(4, served.Code);
    }

    [Fact]
    public async Task A_conversation_is_continued_shown_and_traced()
    {
        await using var server = new RunningServer();
        server.Model.Says("First ", "answer.").Says("Second answer.");
        Task<CommandLine.Ended> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, "--server", server.Client.BaseAddress!.ToString()]);

        Assert.Equal((0, "First answer.\n", ""), Of(await RunAsync("One?")));
        Assert.Equal((0, "Second answer.\n", ""), Of(await RunAsync("Two?", "--continue")));
        Assert.Equal(["user: One?", "assistant: First answer.", "user: Two?"], server.Model.Last.Transcript);

        var conversation = (await RunAsync("conversations", "list")).Out.Split('\t')[0];
        var shown = (await RunAsync("conversations", "show", conversation)).Out;
        Assert.Contains("> Two?\n\nSecond answer.\n", shown, StringComparison.Ordinal);
        var turn = shown.Split(' ')[1];
        Assert.StartsWith("opening ", (await RunAsync("trace", turn)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_file_is_saved_and_run()
    {
        await using var server = new RunningServer();
        server.Model.Says("ok");
        var file = Path.Combine(_folder, "greet.prompt");
        await File.WriteAllTextAsync(file, "---\ninput:\n  schema:\n    name: string\n---\nHello {{name}}.\n", TestContext.Current.CancellationToken);
        string[] to = ["--server", server.Client.BaseAddress!.ToString()];
        Assert.Equal("people/greet@1\n", (await CommandLine.RunAsync(["prompts", "save", file, "--key", "people/greet", .. to])).Out);
        Assert.Equal(0, (await CommandLine.RunAsync(["run", "people/greet@1", "-v", "name=Ada", .. to])).Code);
        Assert.Equal(["user: Hello Ada."], server.Model.Last.Transcript);
    }

    private static (int, string, string) Of(CommandLine.Ended ended) => (ended.Code, ended.Out, ended.Error);
}
