using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>What is different when a turn is done again; what is left out stays as the turn's request said.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TurnAgain
{
    /// <summary>What the person typed, changed; only for an edit.</summary>
    public string? Content { get; init; }
    /// <summary>The conversation it belongs to; null: the turn's own. For a turn that a fork goes on from: the fork.</summary>
    public string? Conversation { get; init; }
    /// <summary>Another model.</summary>
    public string? Model { get; init; }
    /// <summary>Other parameters, over those of the request.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>What is attached instead; only for an edit.</summary>
    public IReadOnlyList<ResourceInput>? Resources { get; init; }
    /// <summary>The same key and body gives the first turn again, not a second one; at most 200 characters, no control characters.</summary>
    public string? IdempotencyKey { get; init; }
    /// <summary>What becomes of the turn when its client leaves; null: the prompt decides, else it goes on.</summary>
    public OnDisconnect? OnDisconnect { get; init; }
}
