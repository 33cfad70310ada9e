using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Usage;

/// <summary>What is believed of the tokens that a provider says a request used.</summary>
internal static class TokenCounts
{
    /// <summary>The most tokens that one request can have used: 10^12, far more than any model reads.</summary>
    public const long Most = 1_000_000_000_000;

    /// <summary>What was reported; null when nothing was, or a count is below 0 or above <see cref="Most"/>: then the tokens are estimated.</summary>
    public static TurnUsage? Reported(UsageDetails? told)
    {
        if (told is null) return null;
        long? written = told.AdditionalCounts?.TryGetValue("CacheCreationInputTokens", out var count) == true ? count : null;
        var counts = (long?[])[told.InputTokenCount, told.OutputTokenCount, told.CachedInputTokenCount, told.ReasoningTokenCount, written];
        if (counts.Any(one => one is < 0 or > Most)) return null;
        return new() { InputTokens = told.InputTokenCount ?? 0, OutputTokens = told.OutputTokenCount ?? 0, CachedTokens = told.CachedInputTokenCount, CacheWriteTokens = written, ReasoningTokens = told.ReasoningTokenCount };
    }
}
