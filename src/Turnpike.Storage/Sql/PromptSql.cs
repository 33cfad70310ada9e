namespace Turnpike.Storage.Sql;

/// <summary>The tables of prompts, their versions, labels, ids and contents.</summary>
internal static class PromptSql
{
    private const string Columns = "v.key, p.id, v.version, v.hash, v.created_at, v.author, v.note, c.json, p.saved_at";

    /// <summary>Keeps what a prompt says; the same content is kept once.</summary>
    public const string InsertContent = "INSERT INTO prompt_contents (hash, json) VALUES (@hash, @json) ON CONFLICT (hash) DO NOTHING";

    /// <summary>The key that an id stands for; a key stands for itself.</summary>
    public const string Resolve = """
        SELECT key, id, newest FROM prompts WHERE key = @id
        UNION ALL
        SELECT p.key, p.id, p.newest FROM prompt_ids i JOIN prompts p ON p.key = i.key WHERE i.id = @id
        LIMIT 1
        """;

    /// <summary>The number of the version that a label names.</summary>
    public const string Labelled = "SELECT version FROM prompt_labels WHERE key = @key AND label = @label";

    public const string Labels = "SELECT label FROM prompt_labels WHERE key = @key AND version = @version ORDER BY label";

    public const string SetLabel = "INSERT INTO prompt_labels (key, label, version) VALUES (@key, @label, @version) ON CONFLICT (key, label) DO UPDATE SET version = @version";

    public const string RemoveLabel = "DELETE FROM prompt_labels WHERE key = @key AND label = @label";

    public const string Find = $"""
        SELECT {Columns} FROM prompt_versions v JOIN prompts p ON p.key = v.key JOIN prompt_contents c ON c.hash = v.hash
        WHERE v.key = @key AND v.version = @version
        """;

    public const string Insert = "INSERT INTO prompts (key, id, newest, saved_at) VALUES (@key, @id, 0, @savedAt)";

    public const string InsertId = "INSERT INTO prompt_ids (id, key) VALUES (@id, @key) ON CONFLICT (id) DO NOTHING";

    public const string InsertVersion = """
        INSERT INTO prompt_versions (key, version, hash, created_at, author, note, search, tags)
        VALUES (@key, @version, @hash, @createdAt, @author, @note, @search, @tags)
        """;

    public const string MoveNewest = "UPDATE prompts SET newest = @newest, saved_at = @savedAt WHERE key = @key";

    /// <summary>Prompts in their default versions: the one labelled <c>production</c>, else the newest.</summary>
    public const string List = $"""
        SELECT {Columns} FROM prompts p
        LEFT JOIN prompt_labels l ON l.key = p.key AND l.label = 'production'
        JOIN prompt_versions v ON v.key = p.key AND v.version = COALESCE(l.version, p.newest)
        JOIN prompt_contents c ON c.hash = v.hash
        WHERE (p.saved_at, p.key) < (@time, @name) AND (@tag IS NULL OR v.tags LIKE @tag ESCAPE '\')
          AND v.search LIKE @word1 ESCAPE '\' AND v.search LIKE @word2 ESCAPE '\' AND v.search LIKE @word3 ESCAPE '\' AND v.search LIKE @word4 ESCAPE '\'
        ORDER BY p.saved_at DESC, p.key DESC LIMIT @limit
        """;

    public const string Keys = "SELECT key FROM prompts ORDER BY saved_at DESC, key DESC LIMIT 1000";
}
