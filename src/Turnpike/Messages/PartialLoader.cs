using Turnpike.Prompts;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Messages;

/// <summary>Finds partials: the prompt <c>_name</c> in the same folder as the prompt that includes it, then in the folders above.</summary>
public sealed class PartialLoader(IPromptStore store)
{
    private const int Most = 64;

    /// <summary>The partials of these names, and those that they include. A name that is not found is left out.</summary>
    /// <exception cref="TurnException"><c>template_invalid</c> for a partial that does not parse; <c>template_limit</c> for more than 64.</exception>
    public async ValueTask<IReadOnlyDictionary<string, PromptTemplate>> LoadAsync(string key, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var loaded = new Dictionary<string, PromptTemplate>(StringComparer.Ordinal);
        var wanted = new Queue<string>(names);
        while (wanted.TryDequeue(out var name))
        {
            if (loaded.ContainsKey(name)) continue;
            if (loaded.Count >= Most) throw new TurnException(TurnErrorCode.TemplateLimit, $"A prompt may include {Most} partials; this one includes more.") { Field = "messages" };
            if (await FindAsync(key, name, cancellationToken) is not { } source) continue;
            var template = loaded[name] = PromptTemplate.Parse(source);
            foreach (var inner in template.Names.Partials) wanted.Enqueue(inner);
        }
        return loaded;
    }

    private async ValueTask<string?> FindAsync(string key, string name, CancellationToken cancellationToken)
    {
        for (var slash = key.LastIndexOf('/'); ; slash = slash <= 0 ? -1 : key.LastIndexOf('/', slash - 1))
        {
            var folder = slash < 0 ? "" : key[..(slash + 1)];
            if (await store.FindAsync($"{folder}_{name}", null, cancellationToken) is { } partial) return partial.Body ?? string.Concat(partial.Messages.SelectMany(message => message.Content).Select(part => part.Text));
            if (slash < 0) return null;
        }
    }
}
