using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Files;

/// <summary>All that a <c>.prompt</c> file says: the prompt, and what stands in the file beside it.</summary>
/// <param name="Prompt">The prompt; its <see cref="Prompt.File"/> is the file.</param>
public sealed record PromptFileContent(Prompt Prompt)
{
    /// <summary>The version that the file's maker gave it; our numbers are our own.</summary>
    public string? Version { get; init; }
    /// <summary>Labels to move to the new version, if whoever imports it wants that.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    /// <summary>The schemas that the tools which the file describes say of their results; they are kept in the file only.</summary>
    public IReadOnlyList<PromptFileTool> Described { get; init; } = [];
    /// <summary>Keys of other makers and keys without a meaning, as they stand in the file. They are kept.</summary>
    public required JsonObject Others { get; init; }
}
