using System.ComponentModel.DataAnnotations;

namespace Turnpike.Turns.Resources;

/// <summary>How many resources a turn takes, how large they may be, and what may be read.</summary>
public sealed class ResourceOptions
{
    /// <summary>The most resources of a turn, 1 to 1,000. Default 32.</summary>
    [Range(1, 1000)]
    public int Most { get; set; } = 32;

    /// <summary>The largest resource, in bytes. Default 20 MiB.</summary>
    [Range(1, int.MaxValue)]
    public int Bytes { get; set; } = 20 << 20;

    /// <summary>The longest text of a resource, in bytes of UTF-8. Default 1 MiB.</summary>
    [Range(1, int.MaxValue)]
    public int TextBytes { get; set; } = 1 << 20;

    /// <summary>The most rows of a table that are shown to the model. Default 500.</summary>
    [Range(1, int.MaxValue)]
    public int TableRows { get; set; } = 500;

    /// <summary>The most tokens of a turn's resources; null: half of the model's window, where that is known.</summary>
    [Range(1, long.MaxValue)]
    public long? Tokens { get; set; }

    /// <summary>The folder whose files can be attached by path and glob; null: none can.</summary>
    public string? Workspace { get; set; }

    /// <summary>The most turns of a conversation that is attached, newest first. Default 50.</summary>
    [Range(1, 10_000)]
    public int ConversationTurns { get; set; } = 50;
}
