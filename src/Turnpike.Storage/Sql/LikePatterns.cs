using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sql;

/// <summary>Patterns for <c>LIKE … ESCAPE '\'</c>.</summary>
internal static class LikePatterns
{
    /// <summary>A pattern for texts that hold a word.</summary>
    public static string Word(string word) => $"%{Escape(word)}%";

    /// <summary>A list that can be searched by words, for each number of words from none on: each must match one of <c>@word0</c> and on.</summary>
    /// <param name="name">The text that is searched, in SQL.</param>
    /// <param name="list">The list with more conditions, each after <c>AND</c>.</param>
    public static IReadOnlyList<string> Lists(string name, Func<string, string> list) =>
        [.. Enumerable.Range(0, SearchWords.MostOfList + 1).Select(words => list(string.Concat(Enumerable.Range(0, words).Select(i => $@" AND {name} LIKE @word{i} ESCAPE '\'"))))];

    /// <summary>A list as one text: in lower case, a line feed before and after each item.</summary>
    public static string Items(IEnumerable<string> items) => string.Concat(items.Select(item => $"\n{item.ToLowerInvariant()}\n"));

    /// <summary>A pattern for lists with an item.</summary>
    public static string? Item(string? item) => item is null ? null : $"%{Escape(Items([item]))}%";

    private static string Escape(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
