namespace Turnpike.Storage.Sql;

/// <summary>The table of rules.</summary>
internal static class RuleSql
{
    public const string AlwaysOn = "SELECT json FROM rules WHERE always_on = 1 ORDER BY place";

    public const string Find = "SELECT json FROM rules WHERE id = @id";

    public const string FindByPlace = "SELECT json FROM rules WHERE place = @place";

    public const string Tagged = "SELECT r.json FROM tag_rules t JOIN rules r ON r.id = t.rule WHERE t.tag = @tag ORDER BY r.place";

    public const string Save = """
        INSERT INTO rules (id, place, always_on, json) VALUES (@id, @place, @alwaysOn, @json)
        ON CONFLICT (id) DO UPDATE SET place = @place, always_on = @alwaysOn, json = @json
        """;

    public const string SaveNew = "INSERT INTO rules (id, place, always_on, json) VALUES (@id, @place, @alwaysOn, @json) ON CONFLICT (id) DO NOTHING";

    public const string Delete = "DELETE FROM rules WHERE id = @id";

    /// <summary>A page by name, by the number of words that it is searched by.</summary>
    public static IReadOnlyList<string> List { get; } = LikePatterns.Lists("place", words => $"SELECT json FROM rules WHERE place > @after{words} ORDER BY place LIMIT @limit");

    public const string Names = "SELECT json FROM rules ORDER BY place";
}
