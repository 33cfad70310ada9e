namespace Turnpike.Storage.Sql;

/// <summary>The table of conversations. Each is read with what its prompt says.</summary>
internal static class ConversationSql
{
    private const string Columns = "c.json, p.json, c.prompt_hash, c.prompt_key, c.prompt_id, c.prompt_version";

    public const string Find = $"SELECT {Columns} FROM conversations c LEFT JOIN prompt_contents p ON p.hash = c.prompt_hash WHERE c.id = @id";

    public const string Exists = "SELECT 1 FROM conversations WHERE id = @id";

    /// <summary>Takes what conversations share before it is read to be deleted or gone on from; whoever comes second waits here.</summary>
    public const string Take = "UPDATE conversation_tree SET number = number + 1";

    /// <summary>Holds a conversation as it is until the end: nobody deletes or changes it meanwhile.</summary>
    public const string Hold = "UPDATE conversations SET head = head WHERE id = @id";

    /// <summary>A conversation without its prompt.</summary>
    public const string FindBare = "SELECT json FROM conversations WHERE id = @id";

    public const string Update = "UPDATE conversations SET head = @head, forked_from = @forkedFrom, updated_at = @updatedAt, search = @search, json = @json, project = @project, pinned = @pinned, starred = @starred, archived = @archived, begun_by = CASE WHEN begun_by = 2 AND @listed = 1 THEN 1 ELSE begun_by END WHERE id = @id";

    /// <summary>Lets lists leave out a conversation that a turn began and nobody marked, once all its turns are forgotten.</summary>
    public const string LeaveOut = """
        UPDATE conversations SET begun_by = 2 WHERE id = @id AND begun_by = 1 AND search = '' AND pinned = 0 AND starred = 0
          AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.conversation = @id AND t.forgotten IS NULL)
        """;

    /// <summary>Keeps a new conversation, with another column if there is one.</summary>
    public static string InsertWith(string? column, string? value) => $"""
        INSERT INTO conversations (id, head, forked_from, updated_at, search, json, project, pinned, starred, archived, begun_by, prompt_hash, prompt_key, prompt_id, prompt_version{(column is null ? "" : ", " + column)})
        VALUES (@id, @head, @forkedFrom, @updatedAt, @search, @json, @project, @pinned, @starred, @archived, @begunBy, @promptHash, @promptKey, @promptId, @promptVersion{(value is null ? "" : ", " + value)})
        """;

    public const string Pin = "UPDATE conversations SET prompt_hash = @promptHash, prompt_key = @promptKey, prompt_id = @promptId, prompt_version = @promptVersion WHERE id = @id";

    /// <summary>Deletes a conversation; returns the hash of its prompt, and the turns that it led to: its head, and the one it was forked from.</summary>
    public const string Delete = "DELETE FROM conversations WHERE id = @id RETURNING prompt_hash, head, forked_from";

    public static string List { get; } = ListWhere("");

    /// <summary>A page, newest change first, of conversations that meet conditions, each after <c>AND</c>.</summary>
    public static string ListWhere(string conditions) => $"""
        SELECT {Columns} FROM conversations c LEFT JOIN prompt_contents p ON p.hash = c.prompt_hash
        WHERE c.begun_by < 2 AND (c.updated_at, c.id) < (@time, @name) AND (@prompt IS NULL OR c.prompt_key = @prompt) AND (@project IS NULL OR c.project = @project)
          AND (@pinned IS NULL OR c.pinned = @pinned) AND (@starred IS NULL OR c.starred = @starred) AND (@archived IS NULL OR c.archived = @archived){conditions}
        ORDER BY c.updated_at DESC, c.id DESC LIMIT @limit
        """;
}
