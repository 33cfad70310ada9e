using System.Collections.Concurrent;

namespace Turnpike.Prompts;

/// <summary>Parses each prompt once: what has the same content hash has the same templates.</summary>
public sealed class PromptCompiler
{
    private const int MostRemembered = 1000;
    private readonly ConcurrentDictionary<string, CompiledPrompt> _compiled = new(StringComparer.Ordinal);

    /// <summary>Forgets what is remembered.</summary>
    public void Clear() => _compiled.Clear();

    /// <summary>The parsed form of a prompt.</summary>
    /// <exception cref="Turns.TurnException"><c>template_invalid, template_limit, request_invalid</c>.</exception>
    public CompiledPrompt Compile(ResolvedPrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (_compiled.TryGetValue(prompt.Hash, out var known)) return known;
        if (_compiled.Count >= MostRemembered) _compiled.Clear();
        return _compiled.GetOrAdd(prompt.Hash, _ => new(prompt.Prompt));
    }
}
