using System.Text.Json;
using Turnpike.Prompts.Testing;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Tests of prompts and their reports, in a database.</summary>
internal sealed class SqlPromptTests(SqlDatabase database, TimeProvider time) : IPromptTests
{
    public Task<PromptTests?> FindAsync(string key, CancellationToken cancellationToken) => database.ReadAsync(session => FindAsync(session, key), cancellationToken);

    public Task<PromptTests> SaveAsync(PromptTests tests, int? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tests);
        return database.WriteAsync(async session =>
        {
            var revision = (await FindAsync(session, tests.Key))?.Revision ?? 0;
            if (expectedRevision is { } expected && expected != revision) throw StoreErrors.TestsRevision(tests.Key, expected, revision);
            var kept = tests with { Revision = await LeftRevisions.NextAsync(session, LeftRevisions.Tests, revision), SavedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()) };
            await session.ExecuteAsync(PromptTestSql.Save, ("@key", kept.Key), ("@revision", (long)kept.Revision), ("@json", JsonSerializer.Serialize(kept, TurnpikeJson.Relaxed.PromptTests)), ("@savedAt", kept.SavedAt.Value.ToUnixTimeMilliseconds()));
            return kept;
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (expectedRevision is { } expected && await FindAsync(session, key) is { } now && now.Revision != expected) throw StoreErrors.TestsRevision(key, expected, now.Revision);
        return await LeftRevisions.NoteAsync(session, LeftRevisions.Tests, await session.QueryAsync(PromptTestSql.Delete, row => (int)row.GetInt64(0), ("@key", key)));
    }, cancellationToken);

    public Task ReportAsync(PromptTestReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        return database.WriteAsync(session => session.ExecuteAsync(PromptTestSql.Report, ("@hash", report.Hash), ("@json", JsonSerializer.Serialize(report, TurnpikeJson.Relaxed.PromptTestReport)), ("@key", report.Key)), cancellationToken);
    }

    public Task<PromptTestReport?> ReportOfAsync(string key, string hash, CancellationToken cancellationToken) => database.ReadAsync(async session =>
        await session.QueryAsync(PromptTestSql.ReportOf, row => row.GetString(0), ("@key", key), ("@hash", hash)) is [var json] ? KeptJson.Read(json, TurnpikeJson.Relaxed.PromptTestReport) : null, cancellationToken);

    private static async Task<PromptTests?> FindAsync(SqlSession session, string key) =>
        await session.QueryAsync(PromptTestSql.Find, row => KeptJson.Read(row.GetString(0), TurnpikeJson.Relaxed.PromptTests)! with { Revision = (int)row.GetInt64(1), SavedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)) }, ("@key", key)) is [var tests] ? tests : null;
}
