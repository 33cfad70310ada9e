namespace Turnpike.Turns.Stores;

/// <summary>How lists are searched: every word of the query stands somewhere in the text; case does not matter.</summary>
internal static class SearchWords
{
    /// <summary>By how many words a list is searched; those beyond do not count.</summary>
    public const int MostOfList = 16;

    /// <summary>The words of a list's query, each once.</summary>
    public static string[] OfList(string? query) => [.. Of(query).Distinct(StringComparer.Ordinal).Take(MostOfList)];

    /// <summary>The words of a query in lower case.</summary>
    public static string[] Of(string? query) => (query ?? "").ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a text holds all words.</summary>
    public static bool AllIn(string? text, string[] words)
    {
        var lower = (text ?? "").ToLowerInvariant();
        return words.All(word => lower.Contains(word, StringComparison.Ordinal));
    }
}
