namespace Turnpike.Turns;

/// <summary>A text that stands for the oldest turns of a branch when it is sent. The turns stay as they are, so deleting the summary brings them back.</summary>
public sealed record ConversationSummary
{
    /// <summary><c>sum_…</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The newest turn that it stands for; it counts on branches that lead to this turn.</summary>
    public required string UpTo { get; init; }
    /// <summary>How many turns it stands for.</summary>
    public required int Turns { get; init; }
    /// <summary>What is sent instead of them.</summary>
    public required string Text { get; init; }
    /// <summary>The model that wrote it.</summary>
    public string? Model { get; init; }
    /// <summary>The tokens that writing it took.</summary>
    public TurnUsage? Usage { get; init; }
    /// <summary>When it was written, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
