using Microsoft.Extensions.AI;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Imports;

/// <summary>The tokens of imported answers.</summary>
internal static class ImportedUsage
{
    private const long Most = TokenCounts.Most; // sums of many must fit

    /// <summary>The tokens that a LiteChat interaction tells of; null: it tells of none.</summary>
    public static TurnUsage? Of(ImportMembers metadata, ImportItemNotes notes)
    {
        var (input, output, total) = (Count(metadata, notes, "promptTokens", "inputTokens"), Count(metadata, notes, "completionTokens", "outputTokens"), Count(metadata, notes, "totalTokens"));
        if (input + output > 0) return new() { InputTokens = input, OutputTokens = output };
        if (total == 0) return null;
        notes.Changed($"its {total} tokens are not told apart; they count as input");
        return new() { InputTokens = total };
    }

    /// <summary>Our own estimate, for answers of which nobody tells the tokens.</summary>
    public static TurnUsage Estimated(IReadOnlyList<ChatMessage> asked, IReadOnlyList<ChatMessage> answered) =>
        answered.Count == 0 ? TurnUsage.None : new() { InputTokens = asked.Sum(TokenEstimate.Of), OutputTokens = answered.Sum(TokenEstimate.Of), Estimated = true };

    /// <summary>Whether what a file says of a request to a provider can be summed.</summary>
    public static bool IsSound(TurnAttempt attempt) =>
        attempt.Usage is null or { InputTokens: >= 0 and <= Most, OutputTokens: >= 0 and <= Most, CachedTokens: null or (>= 0 and <= Most), CacheWriteTokens: null or (>= 0 and <= Most), ReasoningTokens: null or (>= 0 and <= Most) }
        && attempt.Cost is null or { Amount: >= 0 and <= 1_000_000, Currency: { Length: > 0 and <= 10 } } && attempt.Model is not null && attempt.Milliseconds is >= 0 and <= Most && attempt.TimeToFirstToken is null or (>= 0 and <= Most);

    private static long Count(ImportMembers metadata, ImportItemNotes notes, params ReadOnlySpan<string> names)
    {
        if (metadata.Number(names) is not { } count) return 0;
        if (count is >= 0 and <= Most) return count;
        notes.Changed($"not kept: {names[0]} {count} is no count of tokens");
        return 0;
    }
}
