using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Stores;

/// <summary>
/// Looks for words in the newest conversations one by one before all of them are asked: a word that many have fills a page after a few, where gathering
/// all that have it would take longer the more there are.
/// </summary>
internal static class NewestFirst
{
    private const int MostTerms = 64;
    private const string LastCharacter = "\U0010FFFF";

    /// <summary>What to look for, in words that are whole, for each word of a query; null: too many words begin so.</summary>
    public static async Task<string[]?> TermsAsync(SqlSession session, IReadOnlyList<string> words)
    {
        var found = new string[words.Count];
        for (var i = 0; i < words.Count; i++)
        {
            if (await ForAsync(session, words[i]) is not { } match) return null;
            found[i] = match;
        }
        return found;
    }

    private static async Task<string?> ForAsync(SqlSession session, string word)
    {
        if (word.Length is 2 or 3 && word.All(char.IsAscii)) return $"\"{word}\" *"; // the index has these beginnings
        var terms = await session.QueryAsync(ConversationSearchSql.Terms, row => row.GetString(0), ("@from", word), ("@to", word + LastCharacter), ("@most", MostTerms + 1L));
        return terms.Count > MostTerms ? null : string.Join(" OR ", terms.DefaultIfEmpty(word).Select(term => $"\"{term}\""));
    }
}
