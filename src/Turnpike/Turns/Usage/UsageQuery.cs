namespace Turnpike.Turns.Usage;

/// <summary>Which usage to sum, and by what.</summary>
/// <param name="From">The first moment that counts, UTC.</param>
/// <param name="To">The first moment that counts no more, UTC.</param>
/// <param name="By">What to sum by, at most one of each; none gives one sum.</param>
public sealed record UsageQuery(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageBy> By)
{
    /// <summary>Reads <c>model</c> or <c>day,model</c>; null when a word of it is none of <see cref="UsageBy"/>; nothing is by nothing.</summary>
    public static IReadOnlyList<UsageBy>? ParseBy(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var by = new List<UsageBy>();
        foreach (var word in text.Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!word.All(char.IsAsciiLetterLower) || !Enum.TryParse<UsageBy>(word, ignoreCase: true, out var one)) return null;
            if (!by.Contains(one)) by.Add(one);
        }
        return by;
    }
}
