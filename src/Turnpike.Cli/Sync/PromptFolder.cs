using System.Text;
using Turnpike.Cli.Clients;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Testing;
using Turnpike.Turns;

namespace Turnpike.Cli.Sync;

/// <summary>A folder of <c>.prompt</c> files: <c>mail/answer.prompt</c> is the prompt <c>mail/answer</c>.</summary>
/// <param name="path">The folder.</param>
internal sealed class PromptFolder(string path)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private FilesBeside Beside => new(_root);

    /// <summary>Whether a folder itself has prompt files.</summary>
    public static bool Holds(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder, "*" + PromptFile.Extension).Any();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The files, partials first; hidden folders such as <c>.git</c> are left out.</summary>
    /// <exception cref="UsageException">There is no such folder.</exception>
    public IReadOnlyList<string> Files()
    {
        if (!Directory.Exists(_root)) throw new UsageException($"There is no folder \"{path}\".", "Give the path of a folder with .prompt files.");
        return [.. FolderFiles.Of(_root, PromptFile.Extension).OrderBy(file => IsPartial(file) ? 0 : 1).ThenBy(file => file, StringComparer.Ordinal)];
    }

    /// <summary>Files of tests that stand beside no prompt file: they are of no prompt.</summary>
    public IReadOnlyList<string> LoneTests() => [.. FolderFiles.Of(_root, TestsFile.Extension).Where(file => !File.Exists(TestsFile.PromptFileOf(file))).Order(StringComparer.Ordinal)];

    /// <summary>Whether a file is one of a partial.</summary>
    public static bool IsPartial(string file) => Path.GetFileName(file).StartsWith('_');

    /// <summary>The key of a file's prompt.</summary>
    public string KeyOf(string file) => PromptFile.KeyOf(Path.GetRelativePath(_root, file));

    /// <summary>The prompt of a key as its file says it; null when it has none here.</summary>
    /// <exception cref="TurnException">The file is none of a prompt; the message names it.</exception>
    public Prompt? Find(string key)
    {
        var file = Path.GetFullPath(Path.Combine(_root, key.Replace('/', Path.DirectorySeparatorChar) + PromptFile.Extension));
        if (!file.StartsWith(_root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(file)) return null;
        try
        {
            return Read(File.ReadAllBytes(file), file, _ => { }).Prompt;
        }
        catch (TurnException error)
        {
            throw new TurnException(error.Code, $"The partial \"{key}\": {error.Message}", error) { Field = "messages" };
        }
    }

    /// <summary>Reads a file as a prompt, without what cannot be read of it; files that its resources name stand beside it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fault">Hears of what cannot be read.</param>
    /// <exception cref="TurnException">The file is none of a prompt.</exception>
    public PromptFileContent Read(string file, Action<TurnException> fault) => Read(File.ReadAllBytes(file), file, _ => { }, fault);

    private PromptFileContent Read(byte[] text, string file, Action<string> names, Action<TurnException>? fault = null)
    {
        var folder = Path.GetDirectoryName(file)!;
        return PromptFile.Read(text, new() { Key = KeyOf(file), ReadFile = Named, Fault = fault });

        byte[]? Named(string name)
        {
            names(name);
            return Beside.Read(folder, name);
        }
    }

    /// <summary>Reads the tests that stand beside a file; null: there are none.</summary>
    /// <exception cref="TurnException">They cannot be read as tests; the message names the file and the line.</exception>
    public PromptTests? Tests(string file) => Beside.Find(TestsFile.Of(file)) is { } tests ? TestsFile.Read(tests, KeyOf(file)) : null;

    /// <summary>Saves every file as a version of its prompt, if it says something new. Files that include partials of the same push are tried again after them.</summary>
    public async Task<IReadOnlyList<SyncLine>> PushAsync(ITurnpike turnpike, bool prune, bool force, string? project, CancellationToken cancellationToken)
    {
        var lines = new List<SyncLine>();
        var waiting = Files().ToList();
        for (var round = 0; waiting.Count > 0; round++)
        {
            var later = new List<string>();
            foreach (var file in waiting)
            {
                var line = await PushAsync(turnpike, file, force, project, cancellationToken);
                if (line.Outcome == "failed" && line.Message!.Contains("no partial", StringComparison.Ordinal)) later.Add(file);
                else lines.Add(line);
            }
            if (later.Count == waiting.Count)
            {
                foreach (var file in later) lines.Add(await PushAsync(turnpike, file, force, project, cancellationToken));
                break;
            }
            waiting = later;
        }
        lines.AddRange(LoneTests().Select(tests => new SyncLine(KeyOf(TestsFile.PromptFileOf(tests)), "skipped", null, TestsFile.Alone(tests))));
        if (!prune) return lines;
        var keys = Files().Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        foreach (var prompt in await AllAsync(turnpike, areArchived: false, cancellationToken))
        {
            if (keys.Contains(prompt.Key)) continue;
            await turnpike.ArchivePromptAsync(prompt.Key, cancellationToken);
            lines.Add(new(prompt.Key, "archived", null, null));
        }
        return lines;
    }

    /// <summary>Saves one file as a version of its prompt; what is wrong with it is told in the line.</summary>
    private async Task<SyncLine> PushAsync(ITurnpike turnpike, string file, bool force, string? project, CancellationToken cancellationToken)
    {
        try
        {
            return await SaveAsync(turnpike, file, force, project, cancellationToken);
        }
        catch (Exception error) when (error is TurnException or IOException or UnauthorizedAccessException)
        {
            return new(KeyOf(file), "failed", null, error.Message);
        }
    }

    /// <summary>Saves one file as a version of its prompt, and the tests beside it, if there are any, over those that are kept.</summary>
    /// <param name="turnpike">Where it is saved.</param>
    /// <param name="file">The file.</param>
    /// <param name="force">Whether it is saved also when it says what an older version says: then that is what its writer wants.</param>
    /// <param name="project">The project that a new prompt belongs to; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException">The files cannot be read as a prompt and its tests, or these cannot be saved.</exception>
    /// <exception cref="IOException">The file cannot be read now.</exception>
    public async Task<SyncLine> SaveAsync(ITurnpike turnpike, string file, bool force, string? project, CancellationToken cancellationToken)
    {
        var (key, text, isAlone) = (KeyOf(file), await File.ReadAllBytesAsync(file, cancellationToken), true);
        var prompt = Read(text, file, _ => isAlone = false).Prompt;
        var before = await FindAsync(turnpike, key, cancellationToken);
        if (!force && before is not null && !WrittenVersions.Says(before, text) && await WrittenVersions.OfAsync(turnpike, before, text, cancellationToken) is { } older && older < before.Version)
            return new(key, "failed", before.Version, $"The file says what version {older} says, and {before.Version} is newer. Pull first, or push with --force to go back to what the file says.");
        var (over, note) = before is null ? (prompt, null) : isAlone && WrittenVersions.Says(before, text) ? (before with { Author = null, Note = null }, null) : KeptValues.Over(prompt, before);
        var tests = Tests(file);
        var saved = await turnpike.SavePromptAsync(over, project, cancellationToken); // what is kept is saved as it is kept: the partials that it includes may be new
        var isNew = tests is not null && TestsFile.Write(tests) != TestsFile.Write(await turnpike.Tests.FindAsync(key, cancellationToken));
        if (isNew) await turnpike.Tests.SaveAsync(tests!, cancellationToken);
        return new(key, !isNew && before?.Hash == saved.Hash && before?.Version == saved.Version ? "unchanged" : "saved", saved.Version, note);
    }

    /// <summary>Writes the newest version of every kept prompt to its file, and its tests beside it; files that would not change are not touched.</summary>
    /// <exception cref="UsageException">There can be no such folder.</exception>
    public async Task<IReadOnlyList<SyncLine>> PullAsync(ITurnpike turnpike, bool prune, bool force, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(_root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"\"{_root}\" cannot be a folder of prompts: {error.Message}", "Name a folder that is there, or can be made.");
        }
        var (lines, keys) = (new List<SyncLine>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var listed in (await AllAsync(turnpike, areArchived: false, cancellationToken)).OrderBy(prompt => prompt.Key, StringComparer.Ordinal))
        {
            var newest = await turnpike.PromptAsync(new PromptReference { Id = listed.Key, Version = "latest" }, cancellationToken);
            keys.Add(newest.Key);
            lines.Add(await WriteAsync(turnpike, newest, prune, force, cancellationToken));
        }
        var gone = prune ? Files().Where(file => !keys.Contains(KeyOf(file))).ToList() : [];
        var archived = gone.Count == 0 || force ? [] : (await AllAsync(turnpike, areArchived: true, cancellationToken)).ToDictionary(prompt => prompt.Key, StringComparer.Ordinal);
        foreach (var file in gone) lines.Add(await DeleteAsync(file, archived.GetValueOrDefault(KeyOf(file)), force, cancellationToken));
        return lines;
    }

    /// <summary>Deletes a file whose prompt is gone, and the tests beside it, unless something stands there that was never kept.</summary>
    private async Task<SyncLine> DeleteAsync(string file, Prompt? archived, bool force, CancellationToken cancellationToken)
    {
        try
        {
            if (!force && archived is null) return new(KeyOf(file), "skipped", null, "The file was never pushed here. Push it to keep it, or pull with --prune --force to delete it.");
            if (!force && WrittenVersions.Lines(await File.ReadAllBytesAsync(file, cancellationToken)) != WrittenVersions.Lines(WrittenVersions.Write(archived!)))
                return new(KeyOf(file), "failed", archived!.Version, "The prompt was archived, and the file says something else than it did. Push it to bring it back, or pull with --prune --force to delete it.");
            var tests = TestsFile.Of(file);
            if (!force && File.Exists(tests)) // those of an archived prompt cannot be read, and so not be compared
                return new(KeyOf(file), "failed", archived!.Version, $"The prompt was archived, and {Path.GetFileName(tests)} may say what was never pushed. Push both to bring it back, or pull with --prune --force to delete them.");
            File.Delete(file);
            File.Delete(tests);
            return new(KeyOf(file), "deleted", null, null);
        }
        catch (Exception error) when (error is TurnException or IOException or UnauthorizedAccessException)
        {
            return new(KeyOf(file), "failed", null, error.Message);
        }
    }

    private async Task<SyncLine> WriteAsync(ITurnpike turnpike, Prompt prompt, bool prune, bool force, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(Path.Combine(_root, prompt.Key.Replace('/', Path.DirectorySeparatorChar) + PromptFile.Extension));
        if (!file.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return new(prompt.Key, "failed", prompt.Version, $"The key \"{prompt.Key}\" leads out of the folder.");
        var tests = await turnpike.Tests.FindAsync(prompt.Key, cancellationToken);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var text = WrittenVersions.Write(prompt);
            if (!force && File.Exists(file) && await File.ReadAllBytesAsync(file, cancellationToken) is var here && !here.AsSpan().SequenceEqual(text) && await WrittenVersions.OfAsync(turnpike, prompt, here, cancellationToken) is null)
                return new(prompt.Key, "failed", prompt.Version, "The file was edited here, and no kept version says what it says. Push it first, or pull with --force to write over it.");
            var isWritten = await WriteAsync(file, text, cancellationToken);
            isWritten |= await WriteTestsAsync(TestsFile.Of(file), tests, prune && force, cancellationToken);
            var (isNew, others) = await NamedFiles.WriteAsync(_root, Path.GetDirectoryName(file)!, prompt, cancellationToken);
            var notes = others.Select(name => $"{name} says something else here than what was kept of it; it stays, and a push saves it.").ToList();
            if (prune && tests.Revision == 0 && File.Exists(TestsFile.Of(file))) notes.Add($"{Path.GetFileName(TestsFile.Of(file))} stays, though no tests are kept. Push it to keep them, or pull with --prune --force to delete it.");
            return new(prompt.Key, isWritten || isNew ? "written" : "unchanged", prompt.Version, notes.Count == 0 ? null : string.Join(' ', notes));
        }
        catch (Exception error) when (error is TurnException or IOException or UnauthorizedAccessException)
        {
            return new(prompt.Key, "failed", prompt.Version, error.Message);
        }
    }

    /// <summary>Writes tests to their file, unless it says the same in other words; where there are none it goes only when asked to.</summary>
    private static async Task<bool> WriteTestsAsync(string file, PromptTests tests, bool prune, CancellationToken cancellationToken)
    {
        var isThere = File.Exists(file);
        if (tests.Revision == 0)
        {
            if (isThere && prune) File.Delete(file);
            return isThere && prune;
        }
        return !(isThere && IsSame(file, tests)) && await WriteAsync(file, Encoding.UTF8.GetBytes(TestsFile.Write(tests)), cancellationToken);
    }

    private static bool IsSame(string file, PromptTests tests)
    {
        try
        {
            return TestsFile.Write(TestsFile.Read(file, tests.Key)) == TestsFile.Write(tests);
        }
        catch (TurnException)
        {
            return false;
        }
    }

    /// <returns>Whether the file said something else.</returns>
    private static async Task<bool> WriteAsync(string file, byte[] text, CancellationToken cancellationToken)
    {
        if (File.Exists(file) && (await File.ReadAllBytesAsync(file, cancellationToken)).AsSpan().SequenceEqual(text)) return false;
        await File.WriteAllBytesAsync(file, text, cancellationToken);
        return true;
    }

    /// <summary>The newest version of a prompt; null when there is none.</summary>
    public static async Task<Prompt?> FindAsync(ITurnpike turnpike, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await turnpike.PromptAsync(new PromptReference { Id = key, Version = "latest" }, cancellationToken);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.PromptNotFound)
        {
            return null;
        }
    }

    /// <summary>All prompts that are kept, or all that were archived; those that ship with the product are not.</summary>
    private static async Task<IReadOnlyList<Prompt>> AllAsync(ITurnpike turnpike, bool areArchived, CancellationToken cancellationToken)
    {
        var all = new List<Prompt>();
        for (string? after = null; ;)
        {
            var page = await turnpike.PromptsAsync(new() { Archived = areArchived, After = after, Limit = 200 }, cancellationToken);
            all.AddRange(page.Data.Where(prompt => prompt.Id is not null));
            if ((after = page.Next) is null) return all;
        }
    }
}

/// <summary>What became of a prompt in a sync.</summary>
/// <param name="Key">The prompt.</param>
/// <param name="Outcome"><c>saved, written, unchanged, archived, deleted, skipped</c> or <c>failed</c>.</param>
/// <param name="Version">The version it is at.</param>
/// <param name="Message">What went wrong, or is to be known.</param>
internal sealed record SyncLine(string Key, string Outcome, int? Version, string? Message);
