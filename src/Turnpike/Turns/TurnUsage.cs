namespace Turnpike.Turns;

/// <summary>Tokens, as the provider reported them.</summary>
public sealed record TurnUsage
{
    /// <summary>No tokens.</summary>
    public static TurnUsage None { get; } = new();

    /// <summary>Tokens read.</summary>
    public long InputTokens { get; init; }
    /// <summary>Of those, read from the provider's cache; null when not reported.</summary>
    public long? CachedTokens { get; init; }
    /// <summary>Tokens put into the provider's cache; null when not reported.</summary>
    public long? CacheWriteTokens { get; init; }
    /// <summary>Tokens written, reasoning included.</summary>
    public long OutputTokens { get; init; }
    /// <summary>Of those, reasoning; null when not reported.</summary>
    public long? ReasoningTokens { get; init; }
    /// <summary>True when the provider reported nothing and the numbers are ours (a token for four characters).</summary>
    public bool Estimated { get; init; }

    /// <summary>The sum; estimated when either is.</summary>
    public static TurnUsage operator +(TurnUsage a, TurnUsage b) => Add(a, b);

    /// <summary>The sum; estimated when either is.</summary>
    public static TurnUsage Add(TurnUsage a, TurnUsage b) => new()
    {
        InputTokens = a.InputTokens + b.InputTokens,
        CachedTokens = Sum(a.CachedTokens, b.CachedTokens),
        CacheWriteTokens = Sum(a.CacheWriteTokens, b.CacheWriteTokens),
        OutputTokens = a.OutputTokens + b.OutputTokens,
        ReasoningTokens = Sum(a.ReasoningTokens, b.ReasoningTokens),
        Estimated = a.Estimated || b.Estimated,
    };

    private static long? Sum(long? a, long? b) => a is null && b is null ? null : (a ?? 0) + (b ?? 0);
}
