namespace Turnpike.Storage.Sql;

/// <summary>The table of what went to providers and came back.</summary>
internal static class RecordingSql
{
    public const string Insert = """
        INSERT INTO recordings (turn, step, attempt, json, request, response) SELECT id, @step, @attempt, @json, @request, @response FROM turns WHERE id = @turn AND forgotten IS NULL
        ON CONFLICT (turn, step, attempt) DO UPDATE SET json = excluded.json, request = excluded.request, response = excluded.response
        """;

    public const string Of = "SELECT json, request, response FROM recordings WHERE turn = @turn ORDER BY step, attempt";

    public const string Delete = "DELETE FROM recordings WHERE turn = @turn";
}
