using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>All that a <c>.prompt</c> file says: the prompt, and what stands in the file beside it.</summary>
/// <param name="Prompt">The prompt; its <see cref="Prompt.File"/> is the file.</param>
public sealed record PromptFileContent(Prompt Prompt)
{
    /// <summary>The version that the file's maker gave it; our numbers are our own.</summary>
    public string? Version { get; init; }
    /// <summary>Labels to move to the new version, if whoever imports it wants that.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    /// <summary>Tools that the file describes itself; the caller executes them.</summary>
    public IReadOnlyList<PromptFileTool> ClientTools { get; init; } = [];
    /// <summary>Globs of tool names with <c>allow, ask</c> or <c>deny</c>.</summary>
    public IReadOnlyDictionary<string, string> Approval { get; init; } = new Dictionary<string, string>();
    /// <summary>Whether a stream that broke after its first token may be started again.</summary>
    public bool? Restart { get; init; }
    /// <summary>What becomes of a turn when its client leaves; null: the request decides.</summary>
    public OnDisconnect? OnDisconnect { get; init; }
    /// <summary>Whether turns are kept; null: the request decides.</summary>
    public bool? Store { get; init; }
    /// <summary>Whether the prompt is offered over MCP as a prompt; null: the server decides.</summary>
    public bool? McpPrompt { get; init; }
    /// <summary>Whether the prompt is offered over MCP as a tool; null: the server decides.</summary>
    public bool? McpTool { get; init; }
    /// <summary>Keys of other makers and keys without a meaning, as they stand in the file. They are kept.</summary>
    public required JsonObject Others { get; init; }
}
