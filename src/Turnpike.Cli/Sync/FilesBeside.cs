using Turnpike.Prompts.Files;
using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Cli.Sync;

/// <summary>Finds the files that prompt files name: those of a folder, never others. A folder may come from anybody, and its prompts must not carry files of this machine to a server or to a model.</summary>
/// <param name="root">The folder, as a whole path.</param>
internal sealed class FilesBeside(string root)
{
    private static readonly int Most = new ResourceOptions().Bytes;

    /// <summary>The prompt that a text says as that of a file; what its resources name stands in the file's folder, or below.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file.</param>
    /// <param name="key">The prompt's key.</param>
    /// <exception cref="TurnException">The text is no prompt, or a file that it names is not there or cannot be read.</exception>
    public static Prompts.Prompt Prompt(string text, string file, string key)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return PromptFile.Read(text, new() { Key = key, ReadFile = name => new FilesBeside(folder).Read(folder, name) }).Prompt;
    }

    /// <summary>The bytes of a file that a prompt file names; null when there is none.</summary>
    /// <param name="folder">Where the prompt file is.</param>
    /// <param name="name">What it names.</param>
    /// <exception cref="TurnException">The file is too large for a resource, or cannot be read.</exception>
    public byte[]? Read(string folder, string name)
    {
        try
        {
            if (Find(Path.Combine(folder, name)) is not { } file) return null;
            if (new FileInfo(file).Length is var size && size > Most) throw new TurnException(TurnErrorCode.ResourceTooLarge, FormattableString.Invariant($"The file \"{name}\" beside the prompt file has {size:N0} bytes; a resource may have {Most:N0}."));
            return File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TurnException(TurnErrorCode.ResourceFailed, $"The file \"{name}\" beside the prompt file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A file of the folder; null when there is none, or when its name or a link leads out.</summary>
    public string? Find(string file)
    {
        var whole = Path.GetFullPath(file);
        if (!File.Exists(whole) || !whole.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return null;
        for (var part = whole; part.Length > root.Length; part = Path.GetDirectoryName(part)!)
            if (new FileInfo(part).LinkTarget is not null) return null;
        return whole;
    }
}
