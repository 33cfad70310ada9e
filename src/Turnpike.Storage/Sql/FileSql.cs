namespace Turnpike.Storage.Sql;

/// <summary>The table of uploaded files.</summary>
internal static class FileSql
{
    public const string Insert = "INSERT INTO files (id, called, purpose, created_at, expires_at, json) VALUES (@id, @called, @purpose, @createdAt, @expiresAt, @json)";

    public const string Find = "SELECT json FROM files WHERE id = @id AND (expires_at IS NULL OR expires_at > @now)";

    public const string List = """
        SELECT json FROM files
        WHERE (created_at, id) < (@time, @name) AND (@purpose IS NULL OR COALESCE(purpose, 'user_data') = @purpose) AND (expires_at IS NULL OR expires_at > @now)
        ORDER BY created_at DESC, id DESC LIMIT @limit
        """;

    public const string Called = """
        SELECT json FROM files
        WHERE (called = @called OR called IS NULL) AND (created_at, id) < (@time, @name) AND (@purpose IS NULL OR COALESCE(purpose, 'user_data') = @purpose) AND (expires_at IS NULL OR expires_at > @now)
        ORDER BY created_at DESC, id DESC LIMIT @limit
        """;

    public const string Delete = "DELETE FROM files WHERE id = @id";

    public const string Expired = "SELECT id FROM files WHERE expires_at IS NOT NULL AND expires_at <= @now LIMIT 1000";
}
