using System.CommandLine;
using Turnpike.Cli.Sync;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts push</c>.</summary>
internal sealed class PromptsPushCommand : CliCommand
{
    private readonly Argument<string> _folder = new("folder") { Description = "A folder of .prompt files; its folders are parts of the keys." };
    private readonly Option<bool> _prune = new("--prune") { Description = "Archive prompts that have no file in the folder." };

    private readonly Option<bool> _force = new("--force") { Description = "Save also a file that says what an older version says; otherwise it is refused, for somebody saved a newer one." };

    private readonly Option<string?> _project = new("--project") { Description = "The project that new prompts belong to from the beginning; not together with --prune, which looks at all projects.", HelpName = "id" };

    /// <summary>The command.</summary>
    public PromptsPushCommand() : base("push", "Saves the .prompt files of a folder as new versions, where they say something new, with the tests beside them.")
    {
        Arguments.Add(_folder);
        Options.Add(_prune);
        Options.Add(_force);
        Options.Add(_project);
        Examples = [new("turnpike prompts push prompts", "prompts/mail/answer.prompt becomes the next version of \"mail/answer\""), new("turnpike prompts push prompts --project proj_docs", "makes new ones inside a project")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (prune, project) = (run.Parsed.GetValue(_prune), run.Parsed.GetValue(_project));
        if (prune && project is not null) throw new UsageException("--prune archives prompts of all projects that have no file here, so --project cannot stand beside it.", "Leave one of them out.");
        return await SyncPrinter.TellAsync(run, await new PromptFolder(run.Parsed.GetRequiredValue(_folder)).PushAsync(run.Turnpike, prune, run.Parsed.GetValue(_force), project, run.Stop));
    }
}
