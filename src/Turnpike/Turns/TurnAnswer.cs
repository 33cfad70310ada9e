using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>An answer that somebody wrote in place of a model's.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TurnAnswer
{
    /// <summary>The answer.</summary>
    public required string Content { get; init; }
    /// <summary>Where it is kept: the turn's own conversation or a fork that has the turn, or the one that it answers to; null: its own.</summary>
    public string? Conversation { get; init; }
    /// <summary>The same key and body gives the first turn again, not a second one; at most 200 characters, no control characters.</summary>
    public string? IdempotencyKey { get; init; }
}
