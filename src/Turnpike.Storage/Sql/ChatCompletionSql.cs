namespace Turnpike.Storage.Sql;

/// <summary>The table of listed chat completions.</summary>
internal static class ChatCompletionSql
{
    private const string Columns = "SELECT turn, model, created_at, metadata FROM chat_completions ";
    private const string OfModel = "WHERE (@model = '' OR model = @model) ";

    public const string Insert = "INSERT INTO chat_completions (turn, created_at, model, metadata) VALUES (@turn, @at, @model, @metadata) ON CONFLICT (turn) DO NOTHING";

    public const string Find = Columns + "WHERE turn = @turn";

    public const string Note = "UPDATE chat_completions SET metadata = @metadata WHERE turn = @turn";

    public const string Delete = "DELETE FROM chat_completions WHERE turn = @turn";

    public const string OldestFirst = Columns + OfModel + "AND (created_at > @at OR (created_at = @at AND turn > @turn)) ORDER BY created_at, turn LIMIT @limit";

    public const string NewestFirst = Columns + OfModel + "AND (created_at < @at OR (created_at = @at AND turn < @turn)) ORDER BY created_at DESC, turn DESC LIMIT @limit";
}
