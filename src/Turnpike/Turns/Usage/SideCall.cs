namespace Turnpike.Turns.Usage;

/// <summary>What a call of a model beside the road used: one that writes a title or a summary, or chooses tools or rules. It holds no text.</summary>
public sealed record SideCall
{
    /// <summary><c>side_…</c>, or the summary's id.</summary>
    public required string Id { get; init; }
    /// <summary>What it was for: <c>title</c>, <c>summary</c>, <c>tools</c>, <c>rules</c>; <c>other</c> of imports.</summary>
    public required string Kind { get; init; }
    /// <summary>The model that was asked.</summary>
    public required string Model { get; init; }
    /// <summary>The id of the key that it counts for; null: none was asked for.</summary>
    public string? Key { get; init; }
    /// <summary>The project it counts for; null for none.</summary>
    public string? Project { get; init; }
    /// <summary>The key of the stored prompt whose turn it serves; null when there is none.</summary>
    public string? Prompt { get; init; }
    /// <summary>The tokens; null when the provider failed and said nothing.</summary>
    public TurnUsage? Usage { get; init; }
    /// <summary>What they cost; null when the price is unknown.</summary>
    public TurnCost? Cost { get; init; }
    /// <summary>Milliseconds from asking to the end.</summary>
    public double Milliseconds { get; init; }
    /// <summary>When it was asked, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
