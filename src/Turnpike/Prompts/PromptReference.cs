using System.Text.Json;

namespace Turnpike.Prompts;

/// <summary>How a request names its prompt: by <see cref="Id"/> (with version, label or overlay), or as an <see cref="Inline"/> object that was never saved.</summary>
public sealed record PromptReference
{
    /// <summary>Key or <c>pmpt_…</c> id.</summary>
    public string? Id { get; init; }
    /// <summary>A version number or a label; null: label <c>production</c>, else the newest.</summary>
    public string? Version { get; init; }
    /// <summary>A JSON Merge Patch (RFC 7396) over the stored version.</summary>
    public JsonElement? Overlay { get; init; }
    /// <summary>The whole prompt, when it was never saved.</summary>
    public Prompt? Inline { get; init; }

    /// <summary>Reads <c>key</c>, <c>key@7</c> or <c>key@production</c>; split at the last <c>@</c>.</summary>
    public static PromptReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.LastIndexOf('@');
        return at > 0 ? new() { Id = text[..at], Version = text[(at + 1)..] } : new() { Id = text };
    }

    /// <summary>Refers to a key, a version or a label.</summary>
    public static implicit operator PromptReference(string text) => Parse(text);

    /// <summary>Refers to an object that was never saved.</summary>
    public static implicit operator PromptReference(Prompt prompt) => new() { Inline = prompt };

    /// <summary>Refers to an object that was never saved.</summary>
    public static PromptReference FromPrompt(Prompt prompt) => prompt;

    /// <inheritdoc/>
    public override string ToString() => Inline is not null ? "(object)" : Version is null ? Id ?? "" : $"{Id}@{Version}";
}
