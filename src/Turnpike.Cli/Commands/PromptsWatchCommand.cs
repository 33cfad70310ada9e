using System.CommandLine;
using System.Threading.Channels;
using Turnpike.Cli.Sync;
using Turnpike.Prompts.Files;

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
        var changes = Channel.CreateUnbounded<string>();
        using var watcher = new FileSystemWatcher(Path.GetFullPath(path), "*" + PromptFile.Extension) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
        watcher.Changed += (_, changed) => changes.Writer.TryWrite(changed.FullPath);
        watcher.Created += (_, changed) => changes.Writer.TryWrite(changed.FullPath);
        watcher.Renamed += (_, changed) => changes.Writer.TryWrite(changed.FullPath);
        watcher.EnableRaisingEvents = true;
        await SyncPrinter.TellAsync(run, await folder.PushAsync(run.Turnpike, prune: false, project, run.Stop));
        await run.Here.Out.FlushAsync();
        await foreach (var file in changes.Reader.ReadAllAsync(run.Stop))
        {
            // A file is told of while it is still being written; one that cannot be read now is told of again.
            if (!File.Exists(file)) continue;
            var line = await folder.PushAsync(run.Turnpike, file, project, run.Stop);
            if (line.Outcome != "unchanged") await SyncPrinter.TellAsync(run, [line]);
            await run.Here.Out.FlushAsync();
        }
        return ExitCode.Ok;
    }
}
