using System.CommandLine;
using Turnpike.Cli.Sync;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts push</c>.</summary>
internal sealed class PromptsPushCommand : CliCommand
{
    private readonly Argument<string> _folder = new("folder") { Description = "A folder of .prompt files; its folders are parts of the keys." };
    private readonly Option<bool> _prune = new("--prune") { Description = "Archive prompts that have no file in the folder." };

    /// <summary>The command.</summary>
    public PromptsPushCommand() : base("push", "Saves the .prompt files of a folder as new versions, where they say something new.")
    {
        Arguments.Add(_folder);
        Options.Add(_prune);
        Examples = [new("turnpike prompts push prompts", "prompts/mail/answer.prompt becomes the next version of \"mail/answer\"")];
        Does(async run => await SyncPrinter.TellAsync(run, await new PromptFolder(run.Parsed.GetRequiredValue(_folder)).PushAsync(run.Turnpike, run.Parsed.GetValue(_prune), run.Stop)));
    }
}
