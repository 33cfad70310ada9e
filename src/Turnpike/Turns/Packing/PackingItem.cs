namespace Turnpike.Turns.Packing;

/// <summary>A line of the packing report: something that was left out or cut, or that stands for what was.</summary>
public sealed record PackingItem
{
    /// <summary><c>resource</c>, <c>history</c> or <c>summary</c>.</summary>
    public required string Kind { get; init; }
    /// <summary>What became of it: <c>cut</c>, <c>left out</c> or <c>used</c>.</summary>
    public required string Outcome { get; init; }
    /// <summary>The resource's or the summary's id; of history: the newest turn that was left out.</summary>
    public required string Id { get; init; }
    /// <summary>The resource's title.</summary>
    public string? Title { get; init; }
    /// <summary>How many turns, of history and summaries.</summary>
    public int? Turns { get; init; }
    /// <summary>Its tokens, estimated, whole.</summary>
    public long Tokens { get; init; }
    /// <summary>The tokens of what is sent of it.</summary>
    public long Sent { get; init; }
    /// <summary>Why, and what may be done.</summary>
    public required string Reason { get; init; }
}
