using System.Text;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Cli.Sync;

/// <summary>Brings back the files that a prompt's file names, as they were when the prompt was saved: without them it could not be read here.</summary>
internal static class NamedFiles
{
    /// <summary>Writes those that are not here. One that is here stays, whatever it says; so does the place of one whose name is hidden, is that of a prompt or of tests, or leads over a link.</summary>
    /// <param name="root">The folder that is pulled to, as a whole path.</param>
    /// <param name="folder">Where the prompt's file is.</param>
    /// <param name="prompt">The prompt as kept.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>Whether one was written, and the names of those that say something else here.</returns>
    public static async Task<(bool IsWritten, IReadOnlyList<string> Others)> WriteAsync(string root, string folder, Prompt prompt, CancellationToken cancellationToken)
    {
        var (isWritten, others) = (false, new List<string>());
        foreach (var (name, kept) in Of(prompt))
        {
            var file = Path.GetFullPath(Path.Combine(folder, name));
            if (!MayStand(root, file)) continue; // whoever reads the prompt here is told that there is no such file
            if (File.Exists(file))
            {
                if (!Says(await File.ReadAllBytesAsync(file, cancellationToken), kept)) others.Add(name);
                continue;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, kept.Data is { } data ? Convert.FromBase64String(data) : Encoding.UTF8.GetBytes(kept.Text ?? ""), cancellationToken);
            isWritten = true;
        }
        return (isWritten, others);
    }

    /// <summary>The names, each with the resource that was made of the file.</summary>
    private static IReadOnlyList<(string Name, ResourceInput Kept)> Of(Prompt prompt)
    {
        var names = new List<string>();
        try
        {
            var read = prompt.File is { } file ? PromptFile.Read(file, new() { Key = prompt.Key, ReadFile = Noted }).Prompt.Resources : [];
            return [.. read.Zip(prompt.Resources).Select(pair => (NameOf(pair.First), pair.Second)).Where(pair => pair.Item1 is not null && (pair.Second.Text ?? pair.Second.Data) is not null).Select(pair => (pair.Item1!, pair.Second))];
        }
        catch (TurnException)
        {
            return []; // one that an older program kept
        }

        byte[] Noted(string name)
        {
            names.Add(name);
            return Mark(names.Count - 1);
        }

        string? NameOf(ResourceInput resource)
        {
            var at = Enumerable.Range(0, names.Count).FirstOrDefault(i => resource.Text == Encoding.UTF8.GetString(Mark(i)) || resource.Data == Convert.ToBase64String(Mark(i)), -1);
            return at < 0 ? null : names[at];
        }
    }

    private static byte[] Mark(int index) => [1, .. Encoding.UTF8.GetBytes(index.ToString(System.Globalization.CultureInfo.InvariantCulture))]; // no file of a prompt says that

    private static bool Says(byte[] here, ResourceInput kept) => kept.Data is { } data ? here.AsSpan().SequenceEqual(Convert.FromBase64String(data)) : Encoding.UTF8.GetString(here).TrimStart('\uFEFF').ReplaceLineEndings("\n") == kept.Text!.ReplaceLineEndings("\n");

    private static bool MayStand(string root, string file)
    {
        if (!file.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return false;
        if (file.EndsWith(PromptFile.Extension, StringComparison.OrdinalIgnoreCase) || file.EndsWith(TestsFile.Extension, StringComparison.OrdinalIgnoreCase)) return false;
        for (var part = file; part.Length > root.Length; part = Path.GetDirectoryName(part)!)
            if (Path.GetFileName(part).StartsWith('.') || new FileInfo(part).LinkTarget is not null) return false;
        return true;
    }
}
