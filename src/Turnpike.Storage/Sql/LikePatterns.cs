using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sql;

/// <summary>Patterns for <c>LIKE … ESCAPE '\'</c>.</summary>
internal static class LikePatterns
{
    /// <summary>Four patterns that a text must all match to hold the words of a query; words beyond the fourth follow it in order.</summary>
    public static string[] Words(string? query)
    {
        var words = SearchWords.Of(query).Select(Escape).ToArray();
        return [.. Enumerable.Range(0, 4).Select(i => i >= words.Length ? "%" : $"%{(i < 3 ? words[i] : string.Join('%', words[3..]))}%")];
    }

    /// <summary>A list as one text: in lower case, a line feed before and after each item.</summary>
    public static string Items(IEnumerable<string> items) => string.Concat(items.Select(item => $"\n{item.ToLowerInvariant()}\n"));

    /// <summary>A pattern for lists with an item.</summary>
    public static string? Item(string? item) => item is null ? null : $"%{Escape(Items([item]))}%";

    private static string Escape(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
