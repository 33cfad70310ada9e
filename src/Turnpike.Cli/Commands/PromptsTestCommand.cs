using System.CommandLine;
using System.Globalization;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts test</c>.</summary>
internal sealed class PromptsTestCommand : CliCommand
{
    private readonly Argument<string> _prompt = new("prompt") { Description = "A prompt's key." };
    private readonly Option<string?> _version = new("--version") { Description = "A version's number or a label. Default: the newest.", HelpName = "version" };
    private readonly Option<string?> _model = new("--model", "-m") { Description = "A model for all cases. Then the report does not count for labels.", HelpName = "model" };
    private readonly Option<string[]> _cases = new("--case") { Description = "A case to run; may be repeated. Default: all.", HelpName = "name" };

    /// <summary>The command.</summary>
    public PromptsTestCommand() : base("test", "Runs the tests of a prompt. Ends with 1 when one fails.")
    {
        Arguments.Add(_prompt);
        Options.Add(_version);
        Options.Add(_model);
        Options.Add(_cases);
        Examples = [new("turnpike prompts test summarize", "the newest version"), new("turnpike prompts test summarize --version 3 --json", "one version, the report as JSON")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var report = await run.Turnpike.Tests.RunAsync(run.Parsed.GetRequiredValue(_prompt), new()
        {
            Version = run.Parsed.GetValue(_version),
            Model = run.Parsed.GetValue(_model),
            Cases = run.Parsed.GetValue(_cases) ?? [],
        }, run.Stop);
        if (run.IsJson)
        {
            JsonLines.Write(run.Here, TurnpikeJson.Relaxed.PromptTestReport, report);
        }
        else
        {
            Rows.Write(run.Here, ["Case", "Result", "Took", "What"], report.Results.Select(result => (string?[])[result.Name, result.Passed ? "passed" : "failed", string.Create(CultureInfo.InvariantCulture, $"{result.Milliseconds / 1000:0.0} s"), string.Join(' ', result.Failures)]));
            run.Here.Out.Write($"{report.Key}@{report.Version}: {report.Results.Count(result => result.Passed)} of {report.Results.Count} passed\n");
        }
        return report.Passed ? ExitCode.Ok : ExitCode.TurnFailed;
    }
}
