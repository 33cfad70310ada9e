using System.Threading.Channels;
using Turnpike.Cli.Commands;
using Turnpike.Client;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Cli.Sync;

/// <summary>Saves the files of a folder again as they change; hidden ones are left out. A file that is still being written, and a server that is away, are waited for.</summary>
/// <param name="run">The command's run.</param>
/// <param name="folder">The files.</param>
/// <param name="path">Where they are.</param>
/// <param name="project">The project that new prompts belong to from the beginning; null for none.</param>
internal sealed class WatchedFolder(Invocation run, PromptFolder folder, string path, string? project) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private const int Moments = 20; // a folder that is written all the time is saved all the same
    private readonly Channel<string?> _changes = Channel.CreateUnbounded<string?>(); // null: those that are late
    private readonly Dictionary<string, bool> _late = new(StringComparer.Ordinal); // files that are tried again, and whether they were edited
    private FileSystemWatcher? _watcher;
    private bool _isPausing;

    /// <summary>Takes note of changes from now on.</summary>
    public void Begin()
    {
        _watcher = new(Path.GetFullPath(path)) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size, Filters = { "*" + PromptFile.Extension, "*" + TestsFile.Extension } };
        _watcher.Changed += Note;
        _watcher.Created += Note;
        _watcher.Renamed += Note;
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Saves every file that changes, until Ctrl-C.</summary>
    public async Task FollowAsync()
    {
        await foreach (var changed in _changes.Reader.ReadAllAsync(run.Stop))
        {
            var edited = await QuietAsync(changed);
            KeyValuePair<string, bool>[] late = _isPausing ? [] : [.. _late.Where(late => !edited.Contains(late.Key))];
            foreach (var file in edited) await TellAsync(file, isEdited: true);
            foreach (var (file, isEdited) in late) await TellAsync(file, isEdited);
            await run.Here.Out.FlushAsync();
            if (_late.Count == 0 || _isPausing) continue;
            _isPausing = true;
            _ = AgainAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watcher?.Dispose();

    /// <summary>The files that changed, once nothing more is told of for a moment: whoever writes a file cuts it to nothing first.</summary>
    private async Task<IReadOnlyCollection<string>> QuietAsync(string? changed)
    {
        var edited = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        Take(changed);
        for (var moments = 0; edited.Count > 0 && moments < Moments; moments++)
        {
            await Task.Delay(Moment, run.Here.Time, run.Stop);
            if (!_changes.Reader.TryRead(out var next)) break;
            do Take(next);
            while (_changes.Reader.TryRead(out next));
        }
        return edited.Keys;

        void Take(string? file)
        {
            if (file is null) _isPausing = false;
            else edited.TryAdd(file, true);
        }
    }

    private void Note(object sender, FileSystemEventArgs changed)
    {
        if (!FolderFiles.IsHidden(Path.GetFullPath(path), changed.FullPath)) _changes.Writer.TryWrite(TestsFile.PromptFileOf(changed.FullPath));
    }

    /// <summary>Saves a file and tells it; after a partial the files that may include it, for a kept version carries the text that its partials had.</summary>
    private async Task TellAsync(string file, bool isEdited)
    {
        if (await PushAsync(file, isEdited) is not { } line || line.Outcome == "unchanged") return;
        await SyncPrinter.TellAsync(run, [line]);
        if (line.Outcome != "saved" || !PromptFolder.IsPartial(file)) return;
        var around = Path.GetDirectoryName(file) + Path.DirectorySeparatorChar;
        foreach (var other in folder.Files().Where(other => !PromptFolder.IsPartial(other) && other.StartsWith(around, StringComparison.Ordinal))) await TellAsync(other, isEdited: false);
    }

    /// <summary>What became of a file; null when there is nothing to tell, or when it is tried again.</summary>
    private async Task<SyncLine?> PushAsync(string file, bool isEdited)
    {
        try
        {
            // A file is told of while it is still being written; one that is not there now is told of again.
            var line = File.Exists(file) ? await folder.SaveAsync(run.Turnpike, file, force: isEdited, project, run.Stop) : null;
            _late.Remove(file);
            return line;
        }
        catch (Exception error) when (Passes(error))
        {
            if (_late.TryAdd(file, isEdited)) await run.Talk.WarnAsync($"{folder.KeyOf(file)}: {error.Message} It is tried again until it works.");
            return null;
        }
        catch (TurnException error)
        {
            _late.Remove(file);
            return new(folder.KeyOf(file), "failed", null, error.Message);
        }
    }

    private static bool Passes(Exception error) => error is ServerUnreachableException or IOException or UnauthorizedAccessException or TurnException { Code: TurnErrorCode.StorageUnavailable or TurnErrorCode.ShuttingDown };

    private async Task AgainAsync()
    {
        await Task.Delay(Pause, run.Here.Time, run.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _changes.Writer.TryWrite(null);
    }
}
