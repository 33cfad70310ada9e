using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Stores;

/// <summary>The words of a search, as the engine is asked for them.</summary>
/// <param name="Matches">What stands for each word, the rarest first.</param>
/// <param name="AreMany">Whether even the rarest stands in many turns: then the list is gone through from its newest row, and few rows fill a page.</param>
internal sealed record SoughtWords(IReadOnlyList<string> Matches, bool AreMany)
{
    private const long Many = 2000;
    private const int MostTerms = 64;
    private const string LastCharacter = "\U0010FFFF";

    /// <summary>How to ask for words that begin so.</summary>
    public static async Task<SoughtWords> OfAsync(SqlSession session, IReadOnlyList<string> words)
    {
        var sql = ConversationSearchSql.Of(session.Connection);
        if (!sql.ListsWords) return new([.. words.Select(sql.Match)], false);
        var found = new List<(string Match, long Turns)>(words.Count);
        foreach (var word in words)
        {
            var match = await MatchAsync(session, sql, word);
            found.Add((match, (await session.QueryAsync(ConversationSearchSql.Count, row => row.GetInt64(0), ("@word", match), ("@most", Many)))[0]));
        }
        return new([.. found.OrderBy(one => one.Turns).Select(one => one.Match)], found.TrueForAll(one => one.Turns == Many));
    }

    /// <summary>Words that are whole are found several times as fast as those that begin in some way, unless the index has that beginning.</summary>
    private static async Task<string> MatchAsync(SqlSession session, ConversationSearchSql sql, string word)
    {
        if (word.Length is 2 or 3 && word.All(char.IsAscii)) return sql.Match(word);
        var terms = await session.QueryAsync(ConversationSearchSql.Terms, row => row.GetString(0), ("@from", word), ("@to", word + LastCharacter), ("@most", MostTerms + 1L));
        return terms.Count is 0 or > MostTerms ? sql.Match(word) : string.Join(" OR ", terms.Select(term => $"\"{term}\""));
    }
}
