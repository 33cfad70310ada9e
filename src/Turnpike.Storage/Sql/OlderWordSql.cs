namespace Turnpike.Storage.Sql;

/// <summary>How far the prompts and titles that earlier programs indexed have been given their words again.</summary>
internal static class OlderWordSql
{
    public const string Prompts = "prompts";

    public const string Positions = "SELECT kind, position FROM older_words ORDER BY kind";

    public const string HasPrompts = "SELECT 1 FROM older_words WHERE kind = 'prompts'";

    public const string NextPrompts = "SELECT key FROM prompts WHERE key > @position ORDER BY key LIMIT @limit";

    public const string NextTitles = "SELECT id FROM conversations WHERE id > @position AND search <> '' ORDER BY id LIMIT @limit";

    /// <summary>Of several programs only one comes from a position to the next.</summary>
    public const string Move = "UPDATE older_words SET position = @next WHERE kind = @kind AND position = @position";

    public const string Finish = "DELETE FROM older_words WHERE kind = @kind";
}
