using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts archive</c>.</summary>
internal sealed class PromptsArchiveCommand : CliCommand
{
    private readonly Argument<string> _prompt = new("prompt") { Description = "A prompt's key." };

    /// <summary>The command.</summary>
    public PromptsArchiveCommand() : base("archive", "Puts a stored prompt away; turns and conversations keep what they ran.")
    {
        Arguments.Add(_prompt);
        Examples = [new("turnpike prompts archive old-mail", "turnpike prompts restore brings it back, and so does saving it again")];
        Does(async run =>
        {
            await run.Turnpike.ArchivePromptAsync(run.Parsed.GetRequiredValue(_prompt), run.Stop);
            return ExitCode.Ok;
        });
    }
}
