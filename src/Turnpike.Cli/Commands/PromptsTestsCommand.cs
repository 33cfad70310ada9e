using System.CommandLine;
using System.Text.Json;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Cli.Sync;
using Turnpike.Prompts.Testing;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts tests</c>.</summary>
internal sealed class PromptsTestsCommand : CliCommand
{
    private readonly Argument<string> _prompt = new("prompt") { Description = "A prompt's key." };
    private readonly Option<string?> _set = new("--set") { Description = "A JSON file of tests that takes the place of those there are; - for what is piped in.", HelpName = "file" };
    private readonly Option<bool> _remove = new("--remove") { Description = "Deletes the tests: no label is held by them any longer." };

    /// <summary>The command.</summary>
    public PromptsTestsCommand() : base("tests", "Shows, sets or removes the tests of a prompt: what it must answer, and which labels they hold.")
    {
        Arguments.Add(_prompt);
        Options.Add(_set);
        Options.Add(_remove);
        Examples =
        [
            new("turnpike prompts tests summarize", "the tests, as JSON that --set takes"),
            new("turnpike prompts tests summarize --set summarize.tests.json", "from now on these; \"labels\": [\"production\"] holds that label"),
        ];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (key, file) = (run.Parsed.GetRequiredValue(_prompt), run.Parsed.GetValue(_set));
        if (file is not null && run.Parsed.GetValue(_remove)) throw new UsageException("--set and --remove exclude each other.", "Give one of them.");
        if (run.Parsed.GetValue(_remove))
        {
            await run.Turnpike.Tests.DeleteAsync(key, run.Stop);
            return ExitCode.Ok;
        }
        var tests = file is null ? await run.Turnpike.Tests.FindAsync(key, run.Stop) : await run.Turnpike.Tests.SaveAsync(Read(file, file == "-" ? await new InputFile(run.Here).PipedAsync("--set", run.Stop) : await InputFile.TextAsync(file, run.Stop)) with { Key = key }, run.Stop);
        if (run.IsJson || file is null) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.PromptTests, tests);
        else run.Here.Out.Write($"{tests.Cases.Count} {(tests.Cases.Count == 1 ? "case" : "cases")}, revision {tests.Revision}{(tests.Labels.Count == 0 ? "" : $", holding {string.Join(", ", tests.Labels)}")}\n");
        return ExitCode.Ok;
    }

    private static PromptTests Read(string file, string text)
    {
        try
        {
            return TestsFile.Parse(text);
        }
        catch (JsonException error)
        {
            throw new UsageException($"\"{file}\" holds no tests: {JsonWords.Of(error, TurnpikeJson.Relaxed.Options, whole: "it")}", """They look like {"labels": ["production"], "cases": [{"name": "greets", "content": "hello", "expect": [{"contains": "Hello"}]}]}.""");
        }
    }
}
