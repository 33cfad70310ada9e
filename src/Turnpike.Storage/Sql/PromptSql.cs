namespace Turnpike.Storage.Sql;

/// <summary>The tables of prompts, their versions, labels, ids and contents.</summary>
internal static class PromptSql
{
    private const string Columns = "v.key, p.id, v.version, v.hash, v.created_at, v.author, v.note, c.json, p.saved_at";

    /// <summary>Keeps what a prompt says; the same content is kept once.</summary>
    public const string HasContent = "SELECT 1 FROM prompt_contents WHERE hash = @hash";

    public const string InsertContent = "INSERT INTO prompt_contents (hash, json) VALUES (@hash, @json) ON CONFLICT (hash) DO NOTHING";

    /// <summary>Deletes what a prompt says that no version, conversation or turn names.</summary>
    public const string ForgetContent = """
        DELETE FROM prompt_contents WHERE hash = @hash AND NOT EXISTS (SELECT 1 FROM prompt_versions v WHERE v.hash = @hash)
          AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.prompt_hash = @hash) AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.prompt_hash = @hash)
        """;

    /// <summary>The key that an id stands for; a key stands for itself.</summary>
    public const string Resolve = """
        SELECT key, id, newest, archived_at, search_id FROM prompts WHERE key = @id
        UNION ALL
        SELECT p.key, p.id, p.newest, p.archived_at, p.search_id FROM prompt_ids i JOIN prompts p ON p.key = i.key WHERE i.id = @id
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

    public const string InsertId = "INSERT INTO prompt_ids (id, key) VALUES (@id, @key) ON CONFLICT (id) DO NOTHING";

    public const string InsertVersion = """
        INSERT INTO prompt_versions (key, version, hash, created_at, author, note, search, tags)
        VALUES (@key, @version, @hash, @createdAt, @author, @note, @search, @tags)
        """;

    public const string MoveNewest = "UPDATE prompts SET newest = @newest, saved_at = @savedAt, archived_at = NULL WHERE key = @key";

    /// <summary>Prompts in their default versions: the one labelled <c>production</c>, else the newest.</summary>
    public static string List { get; } = ListWhere("@match IS NULL");

    /// <summary>The list with one more condition, which has <c>@match</c>. What the versions say is read for the rows of the page only.</summary>
    public static string ListWhere(string condition) => $"""
        SELECT {Columns} FROM (
            SELECT p.key AS key, v.version AS version FROM prompts p
            LEFT JOIN prompt_labels l ON l.key = p.key AND l.label = 'production'
            JOIN prompt_versions v ON v.key = p.key AND v.version = COALESCE(l.version, p.newest)
            WHERE (p.saved_at, p.key) < (@time, @name) AND (p.archived_at IS NOT NULL) = (@archived = 1) AND (@tag IS NULL OR v.tags LIKE @tag ESCAPE '\') AND {condition}
            ORDER BY p.saved_at DESC, p.key DESC LIMIT @limit
        ) page
        JOIN prompts p ON p.key = page.key
        JOIN prompt_versions v ON v.key = page.key AND v.version = page.version
        JOIN prompt_contents c ON c.hash = v.hash
        ORDER BY p.saved_at DESC, p.key DESC
        """;

    public const string Keys = "SELECT key FROM prompts WHERE archived_at IS NULL ORDER BY saved_at DESC, key DESC LIMIT 1000";

    /// <summary>In how many parts changes of lists are counted.</summary>
    public const int ChangeParts = 256;

    /// <summary>How often lists of prompts have changed.</summary>
    public const string Changes = "SELECT CAST(SUM(changes) AS BIGINT) FROM prompt_changes";

    public const string CountChange = "UPDATE prompt_changes SET changes = changes + 1 WHERE part = @part";

    /// <summary>The names that some version declares secret. None is ever taken away.</summary>
    public const string SecretNames = "SELECT name FROM secret_names";

    public const string InsertSecretName = "INSERT INTO secret_names (name) VALUES (@name) ON CONFLICT (name) DO NOTHING";

    public const string Archive = "UPDATE prompts SET archived_at = @at WHERE key = @key";

    /// <summary>Where a version stands, without reading it.</summary>
    public const string Locate = "SELECT hash FROM prompt_versions WHERE key = @key AND version = @version";

    public const string Versions = "SELECT version, hash, created_at, author, note FROM prompt_versions WHERE key = @key ORDER BY version DESC LIMIT 1000";

    public const string AllLabels = "SELECT label, version, protected FROM prompt_labels WHERE key = @key ORDER BY label";

    /// <summary>The labels of all prompts that are not archived.</summary>
    public const string EveryLabel = """
        SELECT l.key, l.label, l.version, v.created_at FROM prompt_labels l
        JOIN prompts p ON p.key = l.key
        JOIN prompt_versions v ON v.key = l.key AND v.version = l.version
        WHERE p.archived_at IS NULL
        """;

    public const string IsProtected = "SELECT protected FROM prompt_labels WHERE key = @key AND label = @label";

    public const string Protect = "UPDATE prompt_labels SET protected = @protected WHERE key = @key AND label = @label";

    public const string FindDraft = "SELECT key, revision, based_on, json, saved_at, author FROM prompt_drafts WHERE key = @key";

    public const string SaveDraft = """
        INSERT INTO prompt_drafts (key, revision, based_on, json, saved_at, author) VALUES (@key, @revision, @basedOn, @json, @savedAt, @author)
        ON CONFLICT (key) DO UPDATE SET revision = @revision, based_on = @basedOn, json = @json, saved_at = @savedAt, author = @author
        """;

    public const string DeleteDraft = "DELETE FROM prompt_drafts WHERE key = @key RETURNING revision";

    public const string DeletePublishedDraft = "DELETE FROM prompt_drafts WHERE key = @key AND revision = @revision RETURNING revision";

    public const string RebaseDraft = "UPDATE prompt_drafts SET based_on = @version WHERE key = @key";

    /// <summary>The turns that ran a prompt, newest first.</summary>
    public const string Uses = """
        SELECT id, conversation, prompt_version, prompt_hash, status, created_at FROM turns
        WHERE prompt_key = @key AND (CAST(@version AS BIGINT) IS NULL OR prompt_version = @version) AND (created_at, id) < (@time, @name)
        ORDER BY created_at DESC, id DESC LIMIT @limit
        """;

    /// <summary>What a turn ran.</summary>
    public const string PromptOf = "SELECT t.prompt_key, t.prompt_version, c.hash, c.json FROM turns t JOIN prompt_contents c ON c.hash = t.prompt_hash WHERE t.id = @turn";
}
