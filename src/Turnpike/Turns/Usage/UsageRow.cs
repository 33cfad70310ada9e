namespace Turnpike.Turns.Usage;

/// <summary>The usage of the turns that have something in common, and of the calls beside them (titles, summaries, choices). Turns count when they have ended.</summary>
public sealed record UsageRow
{
    /// <summary>The day, <c>yyyy-MM-dd</c> in UTC, if it was asked for.</summary>
    public string? Day { get; init; }
    /// <summary>The model, if it was asked for.</summary>
    public string? Model { get; init; }
    /// <summary>The prompt's key, if it was asked for; null for turns without a stored prompt.</summary>
    public string? Prompt { get; init; }
    /// <summary>The project, if it was asked for; null for turns without one.</summary>
    public string? Project { get; init; }
    /// <summary>The id of the access key, if it was asked for; null for turns without one.</summary>
    public string? Key { get; init; }
    /// <summary>What people call that key, or the user of a token of an issuer; null when it is not known here.</summary>
    public string? KeyName { get; init; }
    /// <summary>Turns that asked a model.</summary>
    public required long Turns { get; init; }
    /// <summary>Those of them that failed.</summary>
    public required long Failed { get; init; }
    /// <summary>Requests to providers: steps, tried again where that was needed, and calls beside turns.</summary>
    public required long Attempts { get; init; }
    /// <summary>Tokens sent.</summary>
    public required long InputTokens { get; init; }
    /// <summary>Those of them that the provider had in its cache.</summary>
    public required long CachedTokens { get; init; }
    /// <summary>Tokens answered, reasoning included.</summary>
    public required long OutputTokens { get; init; }
    /// <summary>Those of them that were reasoning.</summary>
    public required long ReasoningTokens { get; init; }
    /// <summary>Attempts whose tokens were estimated, because the provider did not report them.</summary>
    public required long Estimated { get; init; }
    /// <summary>What it cost, where the price is known: one amount for each currency; empty when no price is known.</summary>
    public required IReadOnlyList<TurnCost> Cost { get; init; }
    /// <summary>Attempts that used tokens and whose price is unknown: not in <see cref="Cost"/>.</summary>
    public required long Unpriced { get; init; }
    /// <summary>Average milliseconds of an attempt, from asking to the end.</summary>
    public required double Milliseconds { get; init; }
    /// <summary>Average milliseconds from asking to the first token; null when none came.</summary>
    public double? TimeToFirstToken { get; init; }
}
