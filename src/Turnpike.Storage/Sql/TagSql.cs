namespace Turnpike.Storage.Sql;

/// <summary>The tables of tags, and of which rules they bundle.</summary>
internal static class TagSql
{
    public const string Find = "SELECT json, revision FROM tags WHERE place = @place";

    public const string OfRule = "SELECT g.json, g.revision FROM tag_rules t JOIN tags g ON g.place = t.tag WHERE t.rule = @rule ORDER BY t.tag";

    public const string Save = "INSERT INTO tags (place, json, revision) VALUES (@place, @json, @revision) ON CONFLICT (place) DO UPDATE SET json = @json, revision = @revision";

    public const string SaveNew = "INSERT INTO tags (place, json, revision) VALUES (@place, @json, @revision) ON CONFLICT (place) DO NOTHING";

    /// <summary>A rule was put into a tag, or taken out of it.</summary>
    public const string Touch = "UPDATE tags SET revision = revision + 1 WHERE place = @place";

    public const string Delete = "DELETE FROM tags WHERE place = @place RETURNING revision";

    public const string Tie = "INSERT INTO tag_rules (tag, rule) VALUES (@tag, @rule) ON CONFLICT (tag, rule) DO NOTHING";

    public const string UntieTag = "DELETE FROM tag_rules WHERE tag = @tag";

    public const string UntieRule = "DELETE FROM tag_rules WHERE rule = @rule";

    /// <summary>A page by name, by the number of words that it is searched by.</summary>
    public static IReadOnlyList<string> List { get; } = LikePatterns.Lists("place", words => $"SELECT json, revision FROM tags WHERE place > @after{words} ORDER BY place LIMIT @limit");
}
