using System.Data.Common;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Drafts of prompts, in a database.</summary>
internal sealed class SqlPromptDrafts(SqlDatabase database, TimeProvider time) : IPromptDrafts
{
    public Task<PromptDraft?> FindAsync(string key, CancellationToken cancellationToken) => database.ReadAsync(session => FindAsync(session, key), cancellationToken);

    public Task<PromptDraft> SaveAsync(PromptDraft draft, int? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return database.WriteAsync(async session =>
        {
            var old = await FindAsync(session, draft.Key);
            if (expectedRevision is { } expected && expected != (old?.Revision ?? 0)) throw StoreErrors.Revision(draft.Key, expected, old?.Revision ?? 0);
            await session.ExecuteAsync(PromptSql.SaveDraft, ("@key", draft.Key), ("@revision", (long)await LeftRevisions.NextAsync(session, LeftRevisions.Drafts, old?.Revision)), ("@basedOn", (long)(old?.BasedOn ?? draft.BasedOn)),
                ("@json", JsonSerializer.Serialize(draft.Prompt, TurnpikeJson.Relaxed.Prompt)), ("@savedAt", time.GetUtcNow().ToUnixTimeMilliseconds()), ("@author", draft.Author));
            return (await FindAsync(session, draft.Key))!;
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync(string key, int? expectedRevision, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (expectedRevision is { } expected && await FindAsync(session, key) is { } now && now.Revision != expected) throw StoreErrors.Revision(key, expected, now.Revision);
        return await LeftRevisions.NoteAsync(session, LeftRevisions.Drafts, await session.QueryAsync(PromptSql.DeleteDraft, row => (int)row.GetInt64(0), ("@key", key)));
    }, cancellationToken);

    public Task PublishedAsync(string key, int revision, int version, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await LeftRevisions.NoteAsync(session, LeftRevisions.Drafts, await session.QueryAsync(PromptSql.DeletePublishedDraft, row => (int)row.GetInt64(0), ("@key", key), ("@revision", (long)revision)))) return true;
        await session.ExecuteAsync(PromptSql.RebaseDraft, ("@key", key), ("@version", (long)version));
        return false;
    }, cancellationToken);

    private static async Task<PromptDraft?> FindAsync(SqlSession session, string key) => await session.QueryAsync(PromptSql.FindDraft, Read, ("@key", key)) is [var draft] ? draft : null;

    private static PromptDraft Read(DbDataReader row) => new()
    {
        Key = row.GetString(0),
        Revision = (int)row.GetInt64(1),
        BasedOn = (int)row.GetInt64(2),
        Prompt = KeptJson.Read(row.GetString(3), TurnpikeJson.Relaxed.Prompt)!,
        SavedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        Author = row.IsDBNull(5) ? null : row.GetString(5),
    };
}
