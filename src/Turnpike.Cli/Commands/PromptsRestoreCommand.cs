using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts restore</c>.</summary>
internal sealed class PromptsRestoreCommand : CliCommand
{
    private readonly Argument<string> _prompt = new("prompt") { Description = "The key of an archived prompt." };

    /// <summary>The command.</summary>
    public PromptsRestoreCommand() : base("restore", "Brings an archived prompt back, with its versions and labels. One that is not archived stays as it is.")
    {
        Arguments.Add(_prompt);
        Examples = [new("turnpike prompts restore old-mail", "archived ones: turnpike prompts list --archived")];
        Does(async run =>
        {
            await run.Turnpike.RestorePromptAsync(run.Parsed.GetRequiredValue(_prompt), run.Stop);
            return ExitCode.Ok;
        });
    }
}
