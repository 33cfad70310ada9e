using System.ComponentModel.DataAnnotations;

namespace Turnpike.Conversations;

/// <summary>How turns are kept.</summary>
public sealed class RecorderOptions
{
    /// <summary>How long a call waits for its approval, or for its client's result, before it counts as refused, at most 365 days. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "365.00:00:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromHours(24);
}
