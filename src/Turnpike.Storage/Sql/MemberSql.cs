namespace Turnpike.Storage.Sql;

/// <summary>The tables of members of projects and of what belongs to projects.</summary>
internal static class MemberSql
{
    /// <summary>The members of a project and of those above it, nearest first. The project itself may be gone.</summary>
    public const string Chain = """
        WITH RECURSIVE chain (id, parent, depth) AS (
            SELECT id, parent, 1 FROM projects WHERE id = @id
            UNION ALL
            SELECT p.id, p.parent, chain.depth + 1 FROM projects p JOIN chain ON p.id = chain.parent WHERE chain.depth < @most
        )
        SELECT m.project, m.member, m.role, 1 FROM project_members m WHERE m.project = @id
        UNION ALL
        SELECT m.project, m.member, m.role, chain.depth FROM chain JOIN project_members m ON m.project = chain.id WHERE chain.depth > 1
        ORDER BY 4, 2
        """;

    public const string Set = "INSERT INTO project_members (project, member, role) VALUES (@project, @member, @role) ON CONFLICT (project, member) DO UPDATE SET role = @role";

    public const string Add = "INSERT INTO project_members (project, member, role) VALUES (@project, @member, @role) ON CONFLICT (project, member) DO NOTHING";

    public const string Remove = "DELETE FROM project_members WHERE project = @project AND member = @member";

    /// <summary>The projects below one, at any depth, that have members of their own.</summary>
    public const string Closed = """
        WITH RECURSIVE below (id, depth) AS (
            SELECT id, 1 FROM projects WHERE parent = @id
            UNION ALL
            SELECT p.id, below.depth + 1 FROM projects p JOIN below ON p.parent = below.id WHERE below.depth < @most
        )
        SELECT DISTINCT below.id FROM below JOIN project_members m ON m.project = below.id ORDER BY 1
        """;

    public const string Below = "SELECT id FROM projects WHERE parent = @project";

    /// <summary>The project of a conversation.</summary>
    public const string OfConversation = "SELECT project FROM conversations WHERE id = @id";

    /// <summary>The project of a turn: that of its conversation, or, when that is gone, the one it began in.</summary>
    public const string OfTurn = "SELECT CASE WHEN c.id IS NULL THEN t.project ELSE c.project END FROM turns t LEFT JOIN conversations c ON c.id = t.conversation WHERE t.id = @id";

    /// <summary>The projects of a turn and of those before it, each with the depth of its newest turn.</summary>
    public const string OfBranch = $"""
        {TurnSql.Branch}
        SELECT CASE WHEN c.id IS NULL THEN (SELECT t.project FROM turns t WHERE t.id = path.id) ELSE c.project END, MIN(path.depth) FROM path LEFT JOIN conversations c ON c.id = path.conversation GROUP BY 1
        """;

    /// <summary>The project of a prompt, by whatever id it is found.</summary>
    public const string OfPrompt = """
        SELECT project FROM project_things WHERE kind = 'prompt' AND id = @id
        UNION ALL
        SELECT x.project FROM prompt_ids i JOIN project_things x ON x.kind = 'prompt' AND x.id = i.key WHERE i.id = @id
        LIMIT 1
        """;

    public const string Home = "SELECT project FROM project_things WHERE kind = @kind AND id = @id";

    public const string Homes = "SELECT id, project FROM project_things WHERE kind = @kind";

    public const string Put = """
        INSERT INTO project_things (kind, id, project) VALUES (@kind, @id, @project)
        ON CONFLICT (kind, id) DO UPDATE SET project = @project WHERE project_things.project <> @project
        """;

    public const string Claim = "INSERT INTO project_things (kind, id, project) VALUES (@kind, @id, @project) ON CONFLICT (kind, id) DO NOTHING";

    public const string Free = "DELETE FROM project_things WHERE kind = @kind AND id = @id";

    public const string Things = "SELECT kind, id FROM project_things WHERE project = @project ORDER BY kind, id";
}
