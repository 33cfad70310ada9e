namespace Turnpike.Storage.Sql;

/// <summary>The table of projects.</summary>
internal static class ProjectSql
{
    /// <summary>A project and those above it, nearest first.</summary>
    public const string Chain = """
        WITH RECURSIVE chain (id, parent, depth) AS (
            SELECT id, parent, 1 FROM projects WHERE id = @id
            UNION ALL
            SELECT p.id, p.parent, chain.depth + 1 FROM projects p JOIN chain ON p.id = chain.parent WHERE chain.depth < @most
        )
        SELECT p.json, p.parent FROM chain JOIN projects p ON p.id = chain.id ORDER BY chain.depth
        """;

    public const string Find = "SELECT json, parent FROM projects WHERE id = @id";

    /// <summary>How many projects stand on the longest way from one down to a leaf, itself included; null when there is none.</summary>
    public const string Height = """
        WITH RECURSIVE below (id, depth) AS (
            SELECT id, 1 FROM projects WHERE id = @id
            UNION ALL
            SELECT p.id, below.depth + 1 FROM projects p JOIN below ON p.parent = below.id WHERE below.depth < @most
        )
        SELECT max(depth) FROM below
        """;

    /// <summary>Takes the tree, with the members of its projects, before it is read to be changed; whoever comes second waits here.</summary>
    public const string Take = "UPDATE project_tree SET number = number + 1";

    public const string Save = """
        INSERT INTO projects (id, parent, place, json) VALUES (@id, @parent, @place, @json)
        ON CONFLICT (id) DO UPDATE SET parent = @parent, place = @place, json = @json
        """;

    /// <summary>Hands those below a project to its parent.</summary>
    public const string MoveUp = "UPDATE projects SET parent = (SELECT p.parent FROM projects p WHERE p.id = @id) WHERE parent = @id";

    public const string Delete = "DELETE FROM projects WHERE id = @id RETURNING json";

    /// <summary>A page by name, by the number of words that it is searched by: the place is the name, a blank, and the id.</summary>
    public static IReadOnlyList<string> List { get; } = LikePatterns.Lists("substr(place, 1, length(place) - length(id) - 1)", words => $"SELECT json, parent FROM projects WHERE place > @after{words} ORDER BY place LIMIT @limit");
}
