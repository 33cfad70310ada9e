using System.ComponentModel.DataAnnotations;
using Turnpike.Turns.Calls;

namespace Turnpike.Tools;

/// <summary>Bounds of tool calls.</summary>
public sealed class ToolOptions
{
    /// <summary>The most calls of one step that run at once, 1 to 64. Default 8.</summary>
    [Range(1, 64)]
    public int Parallel { get; set; } = 8;

    /// <summary>How long one call may take. Default 60 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long calls of these tools may take, by name or glob; the most exact one counts.</summary>
    public Dictionary<string, TimeSpan> Timeouts { get; } = [];

    /// <summary>The longest result told to the model, in UTF-16 units; the rest is cut with a note. Default 1 Mi.</summary>
    [Range(256, int.MaxValue)]
    public int ResultLength { get; set; } = 1 << 20;

    /// <summary>The largest image, recording or file in a result, in bytes; a larger one is left out with a note. Default 8 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int ResultMediaBytes { get; set; } = 8 << 20;

    /// <summary>What becomes of calls of tools, by name or glob, where no layer of the turn says it. Default: those of trusted sources run, others are asked for.</summary>
    public Dictionary<string, ToolDecision> Approval { get; } = [];
}
