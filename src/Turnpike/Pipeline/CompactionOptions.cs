using System.ComponentModel.DataAnnotations;

namespace Turnpike.Pipeline;

/// <summary>When conversations are compacted by themselves.</summary>
public sealed class CompactionOptions
{
    /// <summary>How much of its model's window a turn may fill, 0.1 to 1, before a summary is made to stand for the oldest turns; null (default): only when it is asked for.</summary>
    [Range(0.1, 1)]
    public double? At { get; set; }

    /// <summary>How many of the newest turns are still sent as they are, 0 to 1,000. Default 4.</summary>
    [Range(0, 1000)]
    public int Keep { get; set; } = 4;
}
