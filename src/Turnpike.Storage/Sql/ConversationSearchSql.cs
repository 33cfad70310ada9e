using System.Collections.Concurrent;
using System.Data.Common;

namespace Turnpike.Storage.Sql;

/// <summary>How an engine finds conversations by the words of their titles and turns. The words are cut and folded by the program, so that all engines find the same.</summary>
internal abstract class ConversationSearchSql
{
    private static readonly ConversationSearchSql Sqlite = new Fts5();
    private static readonly ConversationSearchSql Postgres = new TextVectors();
    private readonly ConcurrentDictionary<(int, bool), string> _lists = new(); // a session knows its statements by reference

    /// <summary>The texts of the engine that a connection leads to.</summary>
    public static ConversationSearchSql Of(DbConnection connection) => connection is Npgsql.NpgsqlConnection ? Postgres : Sqlite;

    /// <summary>Keeps a new conversation.</summary>
    public abstract string Insert { get; }

    /// <summary>Keeps a new turn.</summary>
    public abstract string InsertTurn { get; }

    /// <summary>How words get into the index that wait beside it; null: they do not wait.</summary>
    public virtual WaitingSql? Waiting => null;

    /// <summary>Adds the words of a title: <c>@id</c>, <c>@words</c>.</summary>
    public abstract string AddTitle { get; }

    /// <summary>Forgets the words of a title: <c>@id</c>.</summary>
    public abstract IReadOnlyList<string> RemoveTitle { get; }

    /// <summary>Gives a turn that began before turns were searched its place among those of its conversation, none when that is gone: <c>@id</c>; null: it needs none.</summary>
    public virtual string? PlaceTurn => null;

    /// <summary>Adds the words of a turn: <c>@id</c>, <c>@words</c>.</summary>
    public abstract string AddTurn { get; }

    /// <summary>Forgets the words of a turn: <c>@id</c>.</summary>
    public abstract IReadOnlyList<string> RemoveTurn { get; }

    /// <summary>Forgets all words of a conversation: <c>@id</c>.</summary>
    public abstract IReadOnlyList<string> RemoveAll { get; }

    /// <summary>The next turns by id behind <c>@position</c>, <c>@limit</c> of them: id, and the JSON of those that have ended and that no words find.</summary>
    public abstract string Older { get; }

    /// <summary>What to look for, in the engine's language: words that begin so.</summary>
    public abstract string Match(string word);

    /// <summary>The conversations that have all of so many words, <c>@word0</c> and on, and what else <see cref="ConversationSql.List"/> asks.</summary>
    /// <param name="words">How many.</param>
    /// <param name="areMany">Whether all of the words are of many conversations.</param>
    public string List(int words, bool areMany) => words == 0 ? ConversationSql.List
        : _lists.GetOrAdd((words, areMany), key => ConversationSql.ListWhere(string.Concat(Enumerable.Range(0, key.Item1).Select(i => $" AND {(i > 0 || key.Item2 ? NotByIndex : "")}c.search_id IN ({Having($"@word{i}")})"))));

    /// <summary>Whether the words of the index can be listed and counted.</summary>
    public virtual bool ListsWords => false;

    /// <summary>In how many titles and turns <c>@word</c> stands, as far as <c>@most</c>.</summary>
    public const string Count = "SELECT COUNT(*) FROM (SELECT 1 FROM conversation_search WHERE conversation_search MATCH @word LIMIT @most)";

    /// <summary>Whether a word of a conversation begins with <c>@word</c>, as far as its first <c>@most</c> titles and turns, and how many those are. The words are read, not the index.</summary>
    public const string Begins = """
        SELECT MAX(instr(' ' || words, ' ' || @word) > 0), COUNT(*) FROM (
            SELECT s.words AS words FROM conversations c CROSS JOIN conversation_search s ON s.rowid BETWEEN c.search_id << 20 AND (c.search_id << 20) + 1048575 WHERE c.id = @id LIMIT @most)
        """;

    /// <summary>The words from <c>@from</c> to <c>@to</c>, in order, <c>@most</c> of them: from each the next one, past all the places where it stands.</summary>
    public const string Terms = """
        WITH RECURSIVE found (term) AS (
            SELECT (SELECT term FROM conversation_words WHERE term >= @from AND term <= @to LIMIT 1)
            UNION ALL SELECT (SELECT term FROM conversation_words WHERE term >= found.term || char(1) AND term <= @to LIMIT 1) FROM found WHERE found.term IS NOT NULL)
        SELECT term FROM found WHERE term IS NOT NULL LIMIT @most
        """;

    /// <summary>Keeps an engine from finding rows by the column behind it: they are held against it as they are gone through.</summary>
    protected virtual string NotByIndex => "";

    /// <summary>The numbers of the conversations that have a word.</summary>
    protected abstract string Having(string word);

    /// <summary>A row for each title and turn; its number is the conversation's, then twenty bits for the place of the turn, 0 for the title.</summary>
    private sealed class Fts5 : ConversationSearchSql
    {
        public override string Insert { get; } = ConversationSql.InsertWith("search_id", "(SELECT COALESCE(MAX(search_id), 0) + 1 FROM conversations)");

        public override string InsertTurn { get; } = TurnSql.InsertWith("search_id", Place("@conversation"));

        public override WaitingSql Waiting { get; } = new(
            "SELECT MAX(id), COUNT(*) FROM (SELECT id FROM waiting_words ORDER BY id LIMIT @most)",
            "INSERT OR REPLACE INTO conversation_search (rowid, words) SELECT id, words FROM waiting_words WHERE id <= @last ORDER BY id",
            "DELETE FROM waiting_words WHERE id <= @last");

        public override string AddTitle => "INSERT OR REPLACE INTO waiting_words (id, words) SELECT search_id << 20, @words FROM conversations WHERE id = @id";

        public override IReadOnlyList<string> RemoveTitle { get; } = Remove("= (SELECT search_id << 20 FROM conversations WHERE id = @id)");

        public override string PlaceTurn { get; } = $"UPDATE turns SET search_id = {Place("turns.conversation")} WHERE id = @id AND search_id IS NULL";

        public override string AddTurn => "INSERT OR REPLACE INTO waiting_words (id, words) SELECT search_id, @words FROM turns WHERE id = @id AND search_id IS NOT NULL";

        public override IReadOnlyList<string> RemoveTurn { get; } = Remove("= (SELECT search_id FROM turns WHERE id = @id)");

        public override IReadOnlyList<string> RemoveAll { get; } = Remove("BETWEEN (SELECT search_id << 20 FROM conversations WHERE id = @id) AND (SELECT (search_id << 20) + 1048575 FROM conversations WHERE id = @id)");

        public override string Older => "SELECT id, CASE WHEN ended_at IS NOT NULL AND search_id IS NULL THEN json END FROM turns WHERE id > @position ORDER BY id LIMIT @limit";

        public override string Match(string word) => $"\"{word}\" *";

        public override bool ListsWords => true;

        private static string Place(string conversation) =>
            $"(SELECT COALESCE((SELECT MAX(other.search_id) FROM turns other WHERE other.conversation = c.id), c.search_id << 20) + 1 FROM conversations c WHERE c.id = {conversation})";

        private static string[] Remove(string rows) => [$"DELETE FROM waiting_words WHERE id {rows}", $"DELETE FROM conversation_search WHERE rowid {rows}"];

        protected override string NotByIndex => "+";

        protected override string Having(string word) => $"SELECT rowid >> 20 FROM conversation_search WHERE conversation_search MATCH {word}";
    }

    /// <summary>A row for each title and turn. The words are lexemes already: PostgreSQL does not cut or fold them again.</summary>
    private sealed class TextVectors : ConversationSearchSql
    {
        private const string Vector = "array_to_tsvector(array_remove(string_to_array(@words, ' '), ''))";

        public override string Insert { get; } = ConversationSql.InsertWith(null, null);

        public override string InsertTurn { get; } = TurnSql.InsertWith(null, null);

        public override string AddTitle => $"INSERT INTO conversation_search (conversation, turn, words) SELECT search_id, '', {Vector} FROM conversations WHERE id = @id";

        public override IReadOnlyList<string> RemoveTitle { get; } = ["DELETE FROM conversation_search WHERE conversation = (SELECT search_id FROM conversations WHERE id = @id) AND turn = ''"];

        public override string AddTurn => $"INSERT INTO conversation_search (conversation, turn, words) SELECT c.search_id, t.id, {Vector} FROM turns t JOIN conversations c ON c.id = t.conversation WHERE t.id = @id";

        public override IReadOnlyList<string> RemoveTurn { get; } = ["DELETE FROM conversation_search WHERE turn = @id"];

        public override IReadOnlyList<string> RemoveAll { get; } = ["DELETE FROM conversation_search WHERE conversation = (SELECT search_id FROM conversations WHERE id = @id)"];

        public override string Older => """
            SELECT id, CASE WHEN ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM conversation_search s WHERE s.turn = turns.id) THEN json END FROM turns WHERE id > @position ORDER BY id LIMIT @limit
            """;

        public override string Match(string word) => $"'{word}':*";

        protected override string Having(string word) => $"SELECT conversation FROM conversation_search WHERE words @@ CAST({word} AS TSQUERY)";
    }
}
