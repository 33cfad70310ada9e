using System.CommandLine;
using Turnpike.Cli.Sync;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts pull</c>.</summary>
internal sealed class PromptsPullCommand : CliCommand
{
    private readonly Argument<string> _folder = new("folder") { Description = "The folder to write to; made when it does not exist." };
    private readonly Option<bool> _prune = new("--prune") { Description = "Delete files whose prompt was archived; those that say what was never pushed stay, and are told of." };
    private readonly Option<bool> _force = new("--force") { Description = "Write also over a file that was edited here and never pushed, and with --prune delete also such files; otherwise they stay." };

    /// <summary>The command.</summary>
    public PromptsPullCommand() : base("pull", "Writes the newest version of every kept prompt to its .prompt file, and its tests beside it; what did not change is not touched.")
    {
        Arguments.Add(_folder);
        Options.Add(_prune);
        Options.Add(_force);
        Examples = [new("turnpike prompts pull prompts", "then git diff shows what was edited elsewhere")];
        Does(async run => await SyncPrinter.TellAsync(run, await new PromptFolder(run.Parsed.GetRequiredValue(_folder)).PullAsync(run.Turnpike, run.Parsed.GetValue(_prune), run.Parsed.GetValue(_force), run.Stop)));
    }
}
