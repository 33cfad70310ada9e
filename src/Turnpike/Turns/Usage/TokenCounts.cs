using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Usage;

/// <summary>What is believed of the tokens that a provider says a request used.</summary>
internal static class TokenCounts
{
    /// <summary>The most tokens that one request can have used: 10^12, far more than any model reads.</summary>
    public const long Most = 1_000_000_000_000;

    /// <summary>
    /// What was reported; null when neither side was, or a count is below 0 or above <see cref="Most"/>: then the tokens are estimated. More tokens from a cache than input
    /// are counted beside it, as some gateways pass them on: they belong to the input.
    /// </summary>
    public static TurnUsage? Reported(UsageDetails? told)
    {
        if (told is null or { InputTokenCount: null, OutputTokenCount: null }) return null;
        var (input, output) = (told.InputTokenCount ?? 0, told.OutputTokenCount ?? 0);
        long? written = told.AdditionalCounts?.TryGetValue("CacheCreationInputTokens", out var count) == true ? count : null;
        var counts = (long?[])[input, output, told.CachedInputTokenCount, told.ReasoningTokenCount, written];
        if (counts.Any(one => one is < 0 or > Most)) return null;
        return new() { InputTokens = told.CachedInputTokenCount > input ? input + told.CachedInputTokenCount.Value : input, OutputTokens = output, CachedTokens = told.CachedInputTokenCount, CacheWriteTokens = written, ReasoningTokens = told.ReasoningTokenCount };
    }
}
