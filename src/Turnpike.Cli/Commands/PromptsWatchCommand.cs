using System.CommandLine;
using Turnpike.Cli.Sync;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts watch</c>.</summary>
internal sealed class PromptsWatchCommand : CliCommand
{
    private readonly Argument<string> _folder = new("folder") { Description = "A folder of .prompt files; its folders are parts of the keys." };
    private readonly Option<string?> _project = new("--project") { Description = "The project that new prompts belong to from the beginning.", HelpName = "id" };

    /// <summary>The command.</summary>
    public PromptsWatchCommand() : base("watch", "Saves the .prompt files of a folder, then each again whenever it changes, until Ctrl-C.")
    {
        Arguments.Add(_folder);
        Options.Add(_project);
        Examples = [new("turnpike prompts watch prompts --server http://127.0.0.1:5080", "every save in the editor is a new version on the server")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var path = run.Parsed.GetRequiredValue(_folder);
        var (folder, project) = (new PromptFolder(path), run.Parsed.GetValue(_project));
        folder.Files();
        using var watched = new WatchedFolder(run, folder, path, project);
        watched.Begin();
        await SyncPrinter.TellAsync(run, await folder.PushAsync(run.Turnpike, prune: false, force: false, project, run.Stop));
        await run.Here.Out.FlushAsync();
        await watched.FollowAsync();
        return ExitCode.Ok;
    }
}
