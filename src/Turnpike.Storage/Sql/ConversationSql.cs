namespace Turnpike.Storage.Sql;

/// <summary>The table of conversations. Each is read with what its prompt says.</summary>
internal static class ConversationSql
{
    private const string Columns = "c.json, p.json, c.prompt_hash, c.prompt_key, c.prompt_id, c.prompt_version";

    public const string Find = $"SELECT {Columns} FROM conversations c LEFT JOIN prompt_contents p ON p.hash = c.prompt_hash WHERE c.id = @id";

    public const string Exists = "SELECT 1 FROM conversations WHERE id = @id";

    /// <summary>A conversation without its prompt.</summary>
    public const string FindBare = "SELECT json FROM conversations WHERE id = @id";

    public const string Insert = "INSERT INTO conversations (id, head, forked_from, updated_at, search, json) VALUES (@id, @head, @forkedFrom, @updatedAt, @search, @json)";

    public const string Update = "UPDATE conversations SET head = @head, forked_from = @forkedFrom, updated_at = @updatedAt, search = @search, json = @json WHERE id = @id";

    public const string Pin = "UPDATE conversations SET prompt_hash = @hash, prompt_key = @key, prompt_id = @promptId, prompt_version = @version WHERE id = @id";

    public const string Delete = "DELETE FROM conversations WHERE id = @id";

    public const string List = $"""
        SELECT {Columns} FROM conversations c LEFT JOIN prompt_contents p ON p.hash = c.prompt_hash
        WHERE (c.updated_at, c.id) < (@time, @name) AND (@prompt IS NULL OR c.prompt_key = @prompt)
          AND c.search LIKE @word1 ESCAPE '\' AND c.search LIKE @word2 ESCAPE '\' AND c.search LIKE @word3 ESCAPE '\' AND c.search LIKE @word4 ESCAPE '\'
        ORDER BY c.updated_at DESC, c.id DESC LIMIT @limit
        """;
}
