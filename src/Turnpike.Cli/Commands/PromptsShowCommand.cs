using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts show</c>.</summary>
internal sealed class PromptsShowCommand : CliCommand
{
    private readonly Argument<string> _prompt = new("prompt") { Description = "A prompt's key, key@version or key@label." };

    /// <summary>The command.</summary>
    public PromptsShowCommand() : base("show", "Writes a stored prompt as a .prompt file; with --json, as an object.")
    {
        Arguments.Add(_prompt);
        Examples = [new("turnpike prompts show summarize", "the version that is used by default"), new("turnpike prompts show summarize@2 > old.prompt", "an older version, into a file")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var reference = PromptReference.Parse(run.Parsed.GetRequiredValue(_prompt));
        var prompt = await run.Turnpike.PromptAsync(reference, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Prompt, prompt);
        else run.Here.Out.Write(run.Here.OutIsTerminal ? Terminals.Safe(PromptFile.Write(prompt)) : PromptFile.Write(prompt));
        return ExitCode.Ok;
    }
}
