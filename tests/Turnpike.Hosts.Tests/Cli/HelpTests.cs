using System.CommandLine;
using Turnpike.Cli.Commands;
using Turnpike.Cli.Help;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Help is on every command, and the page in docs is made of it.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. All(new RootTurnCommand()).Select(HelpWriter.PathOf)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_help(string command)
    {
        var ended = await CommandLine.RunAsync([.. command.Split(' ').Skip(1), "--help"]);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains($"Usage:\n  {command}", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(ended.Out.Split('\n'), line => line.Length > 100 && !line.StartsWith("  turnpike", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_command_that_does_something_has_examples_that_begin_with_the_program() =>
        Assert.All(All(new RootTurnCommand()).Where(command => command is not CommandGroup), command => Assert.Contains(Assert.IsType<IHasExamples>(command, exactMatch: false).Examples, example => example.Line.Contains(HelpWriter.PathOf(command), StringComparison.Ordinal)));

    [Fact]
    public void Every_example_can_be_parsed()
    {
        foreach (var (line, own) in All(new RootTurnCommand()).OfType<IHasExamples>().SelectMany(command => command.Examples).SelectMany(example => Own(example.Line).Select(own => (example.Line, own))))
        {
            var parsed = new RootTurnCommand().Parse([.. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(own["turnpike".Length..])], new ParserConfiguration { ResponseFileTokenReplacer = null });
            Assert.True(Turnpike.Cli.UsageFault.Of(parsed) is null, line);
        }
    }

    [Fact]
    public async Task Without_arguments_on_a_terminal_it_shows_help()
    {
        var ended = await CommandLine.RunAsync([]);
        Assert.Equal(0, ended.Code);
        Assert.StartsWith("Turnpike runs prompts", ended.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("help", "prompts", "pull")]
    public async Task The_word_help_asks_for_it_too(params string[] args)
    {
        var ended = await CommandLine.RunAsync(args);
        Assert.Equal((0, (await CommandLine.RunAsync([.. args.Skip(1), "--help"])).Out), (ended.Code, ended.Out));
    }

    [Fact]
    public async Task A_word_that_is_nearly_a_command_is_sent_with_a_warning_where_a_person_typed_it()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("ok"), FakeServer.Says("ok"));
        Assert.Equal("warning: \"promts\" is sent to the model as a text. The command is: turnpike prompts\n", (await CommandLine.RunAsync(["promts", "--server", server.Address])).Error);
        Assert.Equal("", (await CommandLine.RunAsync(["promts", "--server", server.Address], piped: "")).Error);
        Assert.All(server.Requests, asked => Assert.Contains("\"content\":\"promts\"", asked.Body, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_in_docs_is_current()
    {
        var (path, made) = (Repository.PathOf("docs", "cli.md"), Reference.Write(new RootTurnCommand()));
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") File.WriteAllText(path, made);
        Assert.True(File.ReadAllText(path) == made, "docs/cli.md is old. Make it again: dotnet run --project src/Turnpike.Cli -- --reference > docs/cli.md");
    }

    /// <summary>The parts of a pipeline that are this program's, without their redirections.</summary>
    private static IEnumerable<string> Own(string line) => line.Split('|').Select(part => part.Trim()).Where(part => part.StartsWith("turnpike", StringComparison.Ordinal)).Select(part => part.Split(" < ")[0].Split(" > ")[0]);

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
