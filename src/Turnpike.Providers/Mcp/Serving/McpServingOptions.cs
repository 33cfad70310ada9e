using System.ComponentModel.DataAnnotations;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>What is served to MCP clients.</summary>
public sealed class McpServingOptions
{
    /// <summary>Which prompts are tools too: <c>All</c> (default), <c>Marked</c> (those that say <c>mcp: {tool: true}</c>, or whose metadata has <c>turnpike.mcp.tool</c>: true), <c>None</c>.</summary>
    public McpToolChoice Tools { get; set; }

    /// <summary>The largest resource that is read, in bytes, 1 KiB to 64 MiB; a larger one is refused. Default 16 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int ResourceBytes { get; set; } = 16 << 20;
}

/// <summary>Which prompts are served as tools.</summary>
public enum McpToolChoice
{
    /// <summary>All but those that say no.</summary>
    All,
    /// <summary>Those that say yes.</summary>
    Marked,
    /// <summary>None.</summary>
    None,
}
