namespace Turnpike.Storage.Sql;

/// <summary>The tables of the tests of prompts and of their reports.</summary>
internal static class PromptTestSql
{
    public const string Find = "SELECT json, revision, saved_at FROM prompt_tests WHERE key = @key";

    public const string Save = "INSERT INTO prompt_tests (key, revision, json, saved_at) VALUES (@key, @revision, @json, @savedAt) ON CONFLICT (key) DO UPDATE SET revision = @revision, json = @json, saved_at = @savedAt";

    public const string Delete = "DELETE FROM prompt_tests WHERE key = @key RETURNING revision";

    /// <summary>Keeps a report of tests that are still there.</summary>
    public const string Report = "INSERT INTO prompt_test_reports (key, hash, json) SELECT key, @hash, @json FROM prompt_tests WHERE key = @key ON CONFLICT (key, hash) DO UPDATE SET json = excluded.json";

    public const string ReportOf = "SELECT json FROM prompt_test_reports WHERE key = @key AND hash = @hash";
}
