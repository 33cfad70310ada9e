using System.Data.Common;

namespace Turnpike.Storage.Sql;

/// <summary>How an engine finds prompts by their words. The words are cut and folded by the program, so that all engines find the same.</summary>
internal abstract class PromptSearchSql
{
    private static readonly PromptSearchSql Sqlite = new Fts5();
    private static readonly PromptSearchSql Postgres = new TextVectors();

    /// <summary>The texts of the engine that a connection leads to.</summary>
    public static PromptSearchSql Of(DbConnection connection) => connection is Npgsql.NpgsqlConnection ? Postgres : Sqlite;

    /// <summary>Makes a prompt that has no versions yet: <c>@key</c>, <c>@id</c>, <c>@savedAt</c>.</summary>
    public abstract string Insert { get; }

    /// <summary>Forgets the words of a prompt: <c>@id</c>.</summary>
    public abstract string Remove { get; }

    /// <summary>Adds the words of a prompt: <c>@id</c>, <c>@words</c>.</summary>
    public abstract string Add { get; }

    /// <summary>Prompts that have the words of <c>@match</c>, as <see cref="PromptSql.List"/>.</summary>
    public abstract string List { get; }

    /// <summary>The same where many have the words: prompts are looked through, last saved first, until a page is full.</summary>
    public virtual string ListMany => List;

    /// <summary>How many prompts have the words of <c>@match</c>, at most <see cref="Few"/>; null where the engine sees for itself how to look.</summary>
    public virtual string? Count => null;

    /// <summary>As many prompts as are cheaper put in order than looked for.</summary>
    public const int Few = 2000;

    /// <summary>What to look for, in the engine's language: the beginnings of words, and whole words.</summary>
    public abstract string Match(IEnumerable<string> beginnings, IEnumerable<string> words);

    private sealed class Fts5 : PromptSearchSql
    {
        public override string Insert => "INSERT INTO prompts (key, id, newest, saved_at, search_id) SELECT @key, @id, 0, @savedAt, COALESCE(MAX(search_id), 0) + 1 FROM prompts";

        public override string Remove => "DELETE FROM prompt_search WHERE rowid = @id";

        public override string Add => "INSERT INTO prompt_search (rowid, words) VALUES (@id, @words)";

        public override string List { get; } = PromptSql.ListWhere("p.search_id IN (SELECT rowid FROM prompt_search WHERE prompt_search MATCH @match)");

        public override string ListMany { get; } = PromptSql.ListWhere("+p.search_id IN (SELECT rowid FROM prompt_search WHERE prompt_search MATCH @match)");

        public override string Count { get; } = $"SELECT COUNT(*) FROM (SELECT 1 FROM prompt_search WHERE prompt_search MATCH @match LIMIT {Few})";

        public override string Match(IEnumerable<string> beginnings, IEnumerable<string> words) => string.Join(' ', [.. beginnings.Select(word => $"\"{word}\" *"), .. words.Select(word => $"\"{word}\"")]);
    }

    /// <summary>The words are lexemes already: PostgreSQL does not cut or fold them again.</summary>
    private sealed class TextVectors : PromptSearchSql
    {
        public override string Insert => "INSERT INTO prompts (key, id, newest, saved_at) VALUES (@key, @id, 0, @savedAt)";

        public override string Remove => "DELETE FROM prompt_search WHERE id = @id";

        public override string Add => "INSERT INTO prompt_search (id, words) VALUES (@id, array_to_tsvector(array_remove(string_to_array(@words, ' '), '')))";

        public override string List { get; } = PromptSql.ListWhere("p.search_id IN (SELECT id FROM prompt_search WHERE words @@ CAST(@match AS TSQUERY))");

        public override string Match(IEnumerable<string> beginnings, IEnumerable<string> words) => string.Join(" & ", [.. beginnings.Select(word => $"'{word}':*"), .. words.Select(word => $"'{word}'")]);
    }
}
