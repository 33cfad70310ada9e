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
    private readonly string _root = Path.GetFullPath(path);

    /// <summary>The files, partials first; hidden folders such as <c>.git</c> are left out.</summary>
    /// <exception cref="UsageException">There is no such folder.</exception>
    public IReadOnlyList<string> Files()
    {
        if (!Directory.Exists(_root)) throw new UsageException($"There is no folder \"{path}\".", "Give the path of a folder with .prompt files.");
        return [.. Directory.EnumerateFiles(_root, "*" + PromptFile.Extension, SearchOption.AllDirectories).Where(file => !Path.GetRelativePath(_root, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
            .OrderBy(file => Path.GetFileName(file).StartsWith('_') ? 0 : 1).ThenBy(file => file, StringComparer.Ordinal)];
    }

    /// <summary>The key of a file's prompt.</summary>
    public string KeyOf(string file) => PromptFile.KeyOf(Path.GetRelativePath(_root, file));

    /// <summary>Reads a file as a prompt, without what cannot be read of it; files that its resources name stand beside it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fault">Hears of what cannot be read.</param>
    /// <exception cref="TurnException">The file is none of a prompt.</exception>
    public PromptFileContent Read(string file, Action<TurnException> fault) => Read(File.ReadAllBytes(file), file, _ => { }, fault);

    private PromptFileContent Read(byte[] text, string file, Action<string> names, Action<TurnException>? fault = null)
    {
        var folder = Path.GetDirectoryName(file)!;
        return PromptFile.Read(text, new() { Key = KeyOf(file), ReadFile = Beside, Fault = fault });

        string? Beside(string name)
        {
            names(name);
            return Inside(Path.Combine(folder, name)) is { } named ? File.ReadAllText(named) : null;
        }
    }

    /// <summary>Reads the tests that stand beside a file; null: there are none.</summary>
    /// <exception cref="TurnException">They cannot be read as tests; the message names the file and the line.</exception>
    public PromptTests? Tests(string file) => Inside(TestsFile.Of(file)) is { } tests ? TestsFile.Read(tests, KeyOf(file)) : null;

    /// <summary>A file of this folder; null when there is none, or when its name or a link leads out: a folder may come from anybody, and its prompts must not carry files of this machine to a server.</summary>
    private string? Inside(string file)
    {
        var whole = Path.GetFullPath(file);
        if (!File.Exists(whole) || !whole.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return null;
        for (var part = whole; part.Length > _root.Length; part = Path.GetDirectoryName(part)!)
            if (new FileInfo(part).LinkTarget is not null) return null;
        return whole;
    }

    /// <summary>Saves every file as a version of its prompt, if it says something new. Files that include partials of the same push are tried again after them.</summary>
    public async Task<IReadOnlyList<SyncLine>> PushAsync(ITurnpike turnpike, bool prune, string? project, CancellationToken cancellationToken)
    {
        var lines = new List<SyncLine>();
        var waiting = Files().ToList();
        for (var round = 0; waiting.Count > 0; round++)
        {
            var later = new List<string>();
            foreach (var file in waiting)
            {
                var line = await PushAsync(turnpike, file, project, cancellationToken);
                if (line.Outcome == "failed" && line.Message!.Contains("no partial", StringComparison.Ordinal)) later.Add(file);
                else lines.Add(line);
            }
            if (later.Count == waiting.Count)
            {
                foreach (var file in later) lines.Add(await PushAsync(turnpike, file, project, cancellationToken));
                break;
            }
            waiting = later;
        }
        if (!prune) return lines;
        var keys = Files().Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        foreach (var prompt in await AllAsync(turnpike, cancellationToken))
        {
            if (keys.Contains(prompt.Key)) continue;
            await turnpike.ArchivePromptAsync(prompt.Key, cancellationToken);
            lines.Add(new(prompt.Key, "archived", null, null));
        }
        return lines;
    }

    /// <summary>Saves one file as a version of its prompt; what is wrong with it is told in the line.</summary>
    public async Task<SyncLine> PushAsync(ITurnpike turnpike, string file, string? project, CancellationToken cancellationToken)
    {
        try
        {
            return await SaveAsync(turnpike, file, project, cancellationToken);
        }
        catch (Exception error) when (error is TurnException or IOException or UnauthorizedAccessException)
        {
            return new(KeyOf(file), "failed", null, error.Message);
        }
    }

    /// <summary>Saves one file as a version of its prompt, and the tests beside it, if there are any, over those that are kept.</summary>
    /// <exception cref="TurnException">The files cannot be read as a prompt and its tests, or these cannot be saved.</exception>
    /// <exception cref="IOException">The file cannot be read now.</exception>
    public async Task<SyncLine> SaveAsync(ITurnpike turnpike, string file, string? project, CancellationToken cancellationToken)
    {
        var (key, text, isAlone) = (KeyOf(file), await File.ReadAllBytesAsync(file, cancellationToken), true);
        var prompt = Read(text, file, _ => isAlone = false).Prompt;
        var before = await FindAsync(turnpike, key, cancellationToken);
        var (over, note) = before is null ? (prompt, null) : isAlone && IsWritten(before, text) ? (before with { Author = null, Note = null }, null) : KeptValues.Over(prompt, before);
        var tests = Tests(file);
        var saved = await turnpike.SavePromptAsync(over, project, cancellationToken); // what is kept is saved as it is kept: the partials that it includes may be new
        var isNew = tests is not null && TestsFile.Write(tests) != TestsFile.Write(await turnpike.Tests.FindAsync(key, cancellationToken));
        if (isNew) await turnpike.Tests.SaveAsync(tests!, cancellationToken);
        return new(key, !isNew && before?.Hash == saved.Hash && before?.Version == saved.Version ? "unchanged" : "saved", saved.Version, note);
    }

    /// <summary>Whether a prompt would be written as a file that is here. A file does not say all that JSON may: what is empty, or written another way.</summary>
    private static bool IsWritten(Prompt prompt, ReadOnlySpan<byte> text)
    {
        try
        {
            return text.SequenceEqual(Written(prompt));
        }
        catch (TurnException)
        {
            return false;
        }
    }

    private static byte[] Written(Prompt prompt) => Encoding.UTF8.GetBytes(PromptFile.Write(prompt, new() { ReadFile = _ => "" }));

    /// <summary>Writes the newest version of every kept prompt to its file, and its tests beside it; files that would not change are not touched.</summary>
    /// <exception cref="UsageException">There can be no such folder.</exception>
    public async Task<IReadOnlyList<SyncLine>> PullAsync(ITurnpike turnpike, bool prune, CancellationToken cancellationToken)
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
        foreach (var listed in (await AllAsync(turnpike, cancellationToken)).OrderBy(prompt => prompt.Key, StringComparer.Ordinal))
        {
            var newest = await turnpike.PromptAsync(new PromptReference { Id = listed.Key, Version = "latest" }, cancellationToken);
            keys.Add(newest.Key);
            lines.Add(await WriteAsync(newest, await turnpike.Tests.FindAsync(newest.Key, cancellationToken), prune, cancellationToken));
        }
        foreach (var file in prune ? Files().Where(file => !keys.Contains(KeyOf(file))) : [])
        {
            File.Delete(file);
            File.Delete(TestsFile.Of(file));
            lines.Add(new(KeyOf(file), "deleted", null, null));
        }
        return lines;
    }

    private async Task<SyncLine> WriteAsync(Prompt prompt, PromptTests tests, bool prune, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(Path.Combine(_root, prompt.Key.Replace('/', Path.DirectorySeparatorChar) + PromptFile.Extension));
        if (!file.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return new(prompt.Key, "failed", prompt.Version, $"The key \"{prompt.Key}\" leads out of the folder.");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var isWritten = await WriteAsync(file, Written(prompt), cancellationToken);
            isWritten |= await WriteTestsAsync(TestsFile.Of(file), tests, prune, cancellationToken);
            return new(prompt.Key, isWritten ? "written" : "unchanged", prompt.Version, null);
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

    /// <summary>All prompts that are kept; those that ship with the product are not.</summary>
    private static async Task<IReadOnlyList<Prompt>> AllAsync(ITurnpike turnpike, CancellationToken cancellationToken)
    {
        var all = new List<Prompt>();
        for (string? after = null; ;)
        {
            var page = await turnpike.PromptsAsync(new() { After = after, Limit = 200 }, cancellationToken);
            all.AddRange(page.Data.Where(prompt => prompt.Id is not null));
            if ((after = page.Next) is null) return all;
        }
    }
}

/// <summary>What became of a prompt in a sync.</summary>
/// <param name="Key">The prompt.</param>
/// <param name="Outcome"><c>saved, written, unchanged, archived, deleted</c> or <c>failed</c>.</param>
/// <param name="Version">The version it is at.</param>
/// <param name="Message">What went wrong, or is to be known.</param>
internal sealed record SyncLine(string Key, string Outcome, int? Version, string? Message);
