namespace Turnpike.Conversations;

/// <summary>How turns are kept.</summary>
public sealed class RecorderOptions
{
    /// <summary>How long a call waits for its approval, or for its client's result, before it counts as refused. Default 24 h.</summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromHours(24);
}
