using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Stores;

/// <summary>The words of a search, as the engine is asked for them.</summary>
/// <param name="Matches">What stands for each word, the rarest first.</param>
/// <param name="AreMany">Whether even the rarest stands in many turns: then the list is gone through from its newest row, and few rows fill a page.</param>
/// <param name="IsGuess">Whether some word is only taken to stand in many turns.</param>
/// <param name="Fewest">In how many titles and turns the rarest stands, as far as that was counted.</param>
internal sealed record SoughtWords(IReadOnlyList<string> Matches, bool AreMany, bool IsGuess, long Fewest)
{
    private const long Many = 2000;
    private const int MostTerms = 64;
    private const string LastCharacter = "\U0010FFFF";

    /// <summary>How to ask for words that begin so.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="words">The words.</param>
    /// <param name="guess">Whether a beginning that very many words share is taken to stand in many turns; to count those costs as much as to find them.</param>
    public static async Task<SoughtWords> OfAsync(SqlSession session, IReadOnlyList<string> words, bool guess)
    {
        var sql = ConversationSearchSql.Of(session.Connection);
        if (!sql.ListsWords) return new([.. words.Select(sql.Match)], false, false, long.MaxValue);
        var (found, isGuess) = (new List<(string Match, long Turns)>(words.Count), false);
        foreach (var word in words)
        {
            var (match, isCostly) = await MatchAsync(session, sql, word);
            isGuess |= guess && isCostly;
            found.Add((match, guess && isCostly ? Many : (await session.QueryAsync(ConversationSearchSql.Count, row => row.GetInt64(0), ("@word", match), ("@most", Many)))[0]));
        }
        return new([.. found.OrderBy(one => one.Turns).Select(one => one.Match)], found.TrueForAll(one => one.Turns == Many), isGuess, found.Min(one => one.Turns));
    }

    /// <summary>Words that are whole are found several times as fast as those that begin in some way, unless the index has that beginning.</summary>
    private static async Task<(string Match, bool IsCostly)> MatchAsync(SqlSession session, ConversationSearchSql sql, string word)
    {
        if (word.Length is 2 or 3 && word.All(char.IsAscii)) return (sql.Match(word), false);
        var terms = await session.QueryAsync(ConversationSearchSql.Terms, row => row.GetString(0), ("@from", word), ("@to", word + LastCharacter), ("@most", MostTerms + 1L));
        return terms.Count is 0 or > MostTerms ? (sql.Match(word), terms.Count > 0) : (string.Join(" OR ", terms.Select(term => $"\"{term}\"")), false);
    }
}
