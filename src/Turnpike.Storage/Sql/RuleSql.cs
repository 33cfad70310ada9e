namespace Turnpike.Storage.Sql;

/// <summary>The table of rules.</summary>
internal static class RuleSql
{
    /// <summary>Takes rules and tags before they are read to be changed; whoever comes second waits here.</summary>
    public const string Take = "UPDATE rule_book SET number = number + 1";

    /// <summary>A rule was put into a tag, or taken out of it.</summary>
    public const string Touch = "UPDATE rules SET revision = revision + 1 WHERE id = @id";

    public const string AlwaysOn = "SELECT json, revision FROM rules WHERE always_on = 1 ORDER BY place";

    public const string Find = "SELECT json, revision FROM rules WHERE id = @id";

    public const string FindByPlace = "SELECT json, revision FROM rules WHERE place = @place";

    public const string Tagged = "SELECT r.json, r.revision FROM tag_rules t JOIN rules r ON r.id = t.rule WHERE t.tag = @tag ORDER BY r.place";

    public const string Save = """
        INSERT INTO rules (id, place, always_on, json, revision) VALUES (@id, @place, @alwaysOn, @json, @revision)
        ON CONFLICT (id) DO UPDATE SET place = @place, always_on = @alwaysOn, json = @json, revision = @revision
        """;

    public const string Delete = "DELETE FROM rules WHERE id = @id RETURNING revision";

    /// <summary>A page by name, by the number of words that it is searched by.</summary>
    public static IReadOnlyList<string> List { get; } = LikePatterns.Lists("place", words => $"SELECT json, revision FROM rules WHERE place > @after{words} ORDER BY place LIMIT @limit");

    public const string Names = "SELECT json, revision FROM rules ORDER BY place";
}
