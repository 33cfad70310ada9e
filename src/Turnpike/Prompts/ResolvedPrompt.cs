namespace Turnpike.Prompts;

/// <summary>The exact prompt of a turn, pinned by its conversation: whatever door it came through, it is kept as this object.</summary>
public sealed class ResolvedPrompt(Prompt prompt)
{
    private readonly Lazy<string> _hash = new(() => prompt.Hash ?? PromptHash.Of(prompt));

    /// <summary>The prompt itself.</summary>
    public Prompt Prompt => prompt;

    /// <summary>SHA-256 of what it says.</summary>
    public string Hash => _hash.Value;

    /// <summary><c>key@version</c>, the key alone, or <c>(object)</c>.</summary>
    public string Name => prompt.Key.Length == 0 ? "(object)" : prompt.Version is { } version ? $"{prompt.Key}@{version}" : prompt.Key;
}
