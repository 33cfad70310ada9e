using System.Text.Json.Nodes;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>What an MCP server serves. Whatever cannot be done is an <see cref="McpError"/>.</summary>
internal interface IMcpContent
{
    /// <summary>Something that changes when a list does.</summary>
    ValueTask<string> MarkAsync(CancellationToken cancellationToken);

    /// <summary>Something short that changes when a resource does; null when there is none. It is asked for often, so it does not read what the resource holds.</summary>
    Task<string?> MarkAsync(string uri, CancellationToken cancellationToken);

    /// <summary>All prompts.</summary>
    Task<IReadOnlyList<JsonObject>> PromptsAsync(McpCall call, CancellationToken cancellationToken);

    /// <summary>A prompt's messages.</summary>
    Task<JsonObject> GetPromptAsync(McpCall call, CancellationToken cancellationToken);

    /// <summary>All tools.</summary>
    Task<IReadOnlyList<JsonObject>> ToolsAsync(McpCall call, CancellationToken cancellationToken);

    /// <summary>What a tool answers.</summary>
    Task<JsonObject> CallToolAsync(McpCall call, CancellationToken cancellationToken);

    /// <summary>All resources.</summary>
    Task<IReadOnlyList<JsonObject>> ResourcesAsync(McpCall call, CancellationToken cancellationToken);

    /// <summary>The templates of resources.</summary>
    Task<IReadOnlyList<JsonObject>> TemplatesAsync(McpCall call, CancellationToken cancellationToken);

    /// <summary>A resource; null when there is none.</summary>
    Task<JsonObject?> ReadAsync(McpCall call, CancellationToken cancellationToken);

    /// <summary>Values for an argument.</summary>
    Task<IReadOnlyList<string>> CompleteAsync(McpCall call, CancellationToken cancellationToken);
}
