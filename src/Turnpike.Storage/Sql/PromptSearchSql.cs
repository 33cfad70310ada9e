using System.Data.Common;

namespace Turnpike.Storage.Sql;

/// <summary>How an engine finds prompts by their words. The words are cut and folded by the program, so that all engines find the same.</summary>
internal abstract class PromptSearchSql
{
    private static readonly PromptSearchSql Fts = new Fts5();

    /// <summary>The texts of the engine that a connection leads to.</summary>
    public static PromptSearchSql Of(DbConnection connection) => connection is Microsoft.Data.Sqlite.SqliteConnection ? Fts : throw new NotSupportedException($"There is no search of prompts for {connection.GetType().Name}.");

    /// <summary>Forgets the words of a prompt: <c>@id</c>.</summary>
    public abstract string Remove { get; }

    /// <summary>Adds the words of a prompt: <c>@id</c>, <c>@words</c>.</summary>
    public abstract string Add { get; }

    /// <summary>Prompts that have the words of <c>@match</c>, as <see cref="PromptSql.List"/>.</summary>
    public abstract string List { get; }

    /// <summary>What to look for, in the engine's language.</summary>
    public abstract string Match(IEnumerable<string> words);

    private sealed class Fts5 : PromptSearchSql
    {
        public override string Remove => "DELETE FROM prompt_search WHERE rowid = @id";

        public override string Add => "INSERT INTO prompt_search (rowid, words) VALUES (@id, @words)";

        public override string List { get; } = PromptSql.ListWhere("p.search_id IN (SELECT rowid FROM prompt_search WHERE prompt_search MATCH @match)");

        public override string Match(IEnumerable<string> words) => string.Join(' ', words.Select(word => $"\"{word}\" *"));
    }
}
