using System.Security.Cryptography;
using System.Text;
using Turnpike.Cli.Clients;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Cli.Sync;

/// <summary>Gives prompts of files the partials that they include: the file of a key before what is kept under that key, the folder of the prompt before those above it.</summary>
/// <param name="folder">The files.</param>
/// <param name="turnpike">Where prompts are kept.</param>
internal sealed class PartialFiles(PromptFolder folder, ITurnpike turnpike)
{
    private const int Most = 64; // as many as a prompt may include
    private readonly Dictionary<string, string?> _texts = new(StringComparer.Ordinal);

    /// <summary>Those of the folder that a file alone belongs to: of the folders around it, the last that has prompt files without a gap.</summary>
    public static Task<Prompt> IncludedAsync(Prompt prompt, string file, ITurnpike turnpike, CancellationToken cancellationToken)
    {
        var (path, root) = (Path.GetFullPath(file), Path.GetDirectoryName(Path.GetFullPath(file))!);
        while (Path.GetDirectoryName(root) is { } above && PromptFolder.Holds(above)) root = above;
        var folder = new PromptFolder(root);
        return new PartialFiles(folder, turnpike).WithAsync(prompt, folder.KeyOf(path), cancellationToken);
    }

    /// <summary>A prompt with the partials that it reaches; those that there are not are left out.</summary>
    /// <param name="prompt">The prompt of a file.</param>
    /// <param name="key">Its key in the folder.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException">The file of a partial is none.</exception>
    public async Task<Prompt> WithAsync(Prompt prompt, string key, CancellationToken cancellationToken)
    {
        var (wanted, looked, brought) = (new Queue<string>(Included(prompt)), new HashSet<string>(StringComparer.Ordinal), new List<PinnedPartial>());
        while (wanted.TryDequeue(out var name) && looked.Count < Most)
        {
            if (!looked.Add(name) || await FindAsync(key, name, cancellationToken) is not { } partial) continue;
            brought.Add(partial);
            foreach (var inner in Included(new() { Body = partial.Text })) wanted.Enqueue(inner);
        }
        return brought.Count == 0 ? prompt : prompt with { Partials = [.. brought.OrderBy(partial => partial.Name, StringComparer.Ordinal)] };
    }

    /// <summary>The partials that a prompt names; none when it is no template, which others tell.</summary>
    private static IReadOnlyCollection<string> Included(Prompt prompt)
    {
        try
        {
            return new CompiledPrompt(prompt with { Partials = null }).Partials;
        }
        catch (TurnException)
        {
            return [];
        }
    }

    private async Task<PinnedPartial?> FindAsync(string key, string name, CancellationToken cancellationToken)
    {
        for (var slash = key.LastIndexOf('/'); ; slash = slash <= 0 ? -1 : key.LastIndexOf('/', slash - 1))
        {
            var at = $"{key[..(slash + 1)]}_{name}";
            if (!_texts.TryGetValue(at, out var text)) text = _texts[at] = await TextAsync(at, cancellationToken);
            if (text is not null) return new(name, at, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), text);
            if (slash < 0) return null;
        }
    }

    private async Task<string?> TextAsync(string key, CancellationToken cancellationToken) =>
        (folder.Find(key) ?? await KeptAsync(key, cancellationToken)) is { } partial ? partial.Body ?? string.Concat(partial.Messages.SelectMany(message => message.Content).Select(part => part.Text)) : null;

    private async Task<Prompt?> KeptAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await PromptFolder.FindAsync(turnpike, key, cancellationToken);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.Forbidden)
        {
            return null; // a key that may only run prompts: the server finds what it keeps
        }
    }
}
