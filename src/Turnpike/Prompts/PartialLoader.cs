using System.Security.Cryptography;
using System.Text;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Prompts;

/// <summary>Finds partials: the prompt <c>_name</c> in the same folder as the prompt that includes it, then in the folders above.</summary>
public sealed class PartialLoader(IPromptStore store)
{
    private const int Most = 64;

    /// <summary>The prompt with the partials that it reaches, as they are now; the same prompt when it reaches none. A name that is not found is left out.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="isAnew">Whether partials that it brings along are looked for again.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="before">Prompts that count as if they were kept, by their keys.</param>
    /// <exception cref="TurnException"><c>template_invalid</c> for a template that does not parse; <c>template_limit</c> for more than 64 partials.</exception>
    public async ValueTask<Prompt> PinAsync(Prompt prompt, bool isAnew, CancellationToken cancellationToken, IReadOnlyDictionary<string, Prompt>? before = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (!MayInclude(prompt)) return prompt.Partials is null ? prompt : prompt with { Partials = null };
        var wanted = new Queue<string>(CompiledPrompt.TemplatesOf(prompt).SelectMany(template => template.Names.Partials));
        if (wanted.Count == 0) return prompt.Partials is null ? prompt : prompt with { Partials = null };
        var brought = isAnew ? [] : (prompt.Partials ?? []).ToDictionary(partial => partial.Name, StringComparer.Ordinal);
        var pinned = new SortedDictionary<string, PinnedPartial>(StringComparer.Ordinal);
        var looked = new HashSet<string>(StringComparer.Ordinal);
        while (wanted.TryDequeue(out var name))
        {
            if (!looked.Add(name)) continue;
            if (looked.Count > Most) throw new TurnException(TurnErrorCode.TemplateLimit, $"A prompt may include {Most} partials; this one includes more.") { Field = "messages" };
            if ((brought.GetValueOrDefault(name) ?? await FindAsync(prompt, name, before, cancellationToken)) is not { } partial) continue;
            pinned[name] = partial;
            foreach (var inner in Parsed(partial).Names.Partials) wanted.Enqueue(inner);
        }
        return pinned.Count == 0 ? prompt with { Partials = null } : prompt with { Partials = [.. pinned.Values] };
    }

    /// <summary>Most prompts include nothing; that is seen without parsing them.</summary>
    private static bool MayInclude(Prompt prompt) => Tag(prompt.Body) || prompt.Messages.Any(message => message.Content.Any(part => Tag(part.Text) || Tag(part.Url)));

    private static bool Tag(string? text)
    {
        for (var at = text?.IndexOf('>', StringComparison.Ordinal) ?? -1; at >= 0; at = text!.IndexOf('>', at + 1))
        {
            if (text!.AsSpan(0, at).TrimEnd().TrimEnd('~').EndsWith("{{", StringComparison.Ordinal)) return true;
        }
        return false;
    }

    /// <summary>The text of a partial: its body, or the texts of its messages.</summary>
    internal static string TextOf(Prompt partial) => partial.Body ?? string.Concat(partial.Messages.SelectMany(message => message.Content).Select(part => part.Text));

    private static PromptTemplate Parsed(PinnedPartial partial)
    {
        try
        {
            return PromptTemplate.Parse(partial.Text);
        }
        catch (TurnException error)
        {
            throw new TurnException(error.Code, $"The partial \"{partial.Key}\": {error.Message}", error) { Field = "messages" };
        }
    }

    private async ValueTask<PinnedPartial?> FindAsync(Prompt prompt, string name, IReadOnlyDictionary<string, Prompt>? before, CancellationToken cancellationToken)
    {
        foreach (var key in Places(prompt.Key, name))
        {
            var partial = key == prompt.Key ? prompt : before?.GetValueOrDefault(key) ?? await store.FindAsync(key, null, cancellationToken);
            if (partial is not null) return Pinned(name, key, TextOf(partial));
        }
        return null;
    }

    /// <summary>Where a partial is looked for that a prompt includes: in its folder, then in those above.</summary>
    private static IEnumerable<string> Places(string key, string name)
    {
        for (var slash = key.LastIndexOf('/'); slash >= 0; slash = slash == 0 ? -1 : key.LastIndexOf('/', slash - 1)) yield return $"{key[..(slash + 1)]}_{name}";
        yield return "_" + name;
    }

    /// <summary>The places of partials, by their keys, in an order in which each comes behind those that it includes; in a ring somebody comes first.</summary>
    internal static Dictionary<string, int> InOrder(IReadOnlyList<Prompt> partials)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var versions = partials.ToLookup(partial => partial.Key, StringComparer.Ordinal);
        var begun = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in versions) Place(group.Key, 0);
        return places;

        void Place(string key, int depth)
        {
            if (depth > Most || !begun.Add(key)) return;
            foreach (var name in versions[key].SelectMany(Included)) if (Places(key, name).FirstOrDefault(versions.Contains) is { } inner) Place(inner, depth + 1);
            places[key] = places.Count;
        }
    }

    /// <summary>The names of what a prompt includes; none of one that cannot be read, which is told when it is looked at.</summary>
    private static IReadOnlyCollection<string> Included(Prompt prompt)
    {
        try
        {
            return MayInclude(prompt) ? [.. CompiledPrompt.TemplatesOf(prompt).SelectMany(template => template.Names.Partials)] : [];
        }
        catch (TurnException)
        {
            return [];
        }
    }

    private static PinnedPartial Pinned(string name, string key, string text) => new(name, key, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), text);
}
