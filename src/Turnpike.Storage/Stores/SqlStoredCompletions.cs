using System.Data.Common;
using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Listed chat completions, in a database.</summary>
internal sealed class SqlStoredCompletions(SqlDatabase database) : IStoredCompletions
{
    public Task AddAsync(StoredCompletion completion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(completion);
        return database.WriteAsync(session => session.ExecuteAsync(ChatCompletionSql.Insert, ("@turn", completion.Turn), ("@at", completion.CreatedAt.ToUnixTimeMilliseconds()), ("@model", completion.Model), ("@metadata", completion.Metadata?.GetRawText())), cancellationToken);
    }

    public Task<StoredCompletion?> FindAsync(string turn, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await session.QueryAsync(ChatCompletionSql.Find, Read, ("@turn", turn)) is [var row] ? row : null, cancellationToken);

    public Task<bool> NoteAsync(string turn, JsonElement? metadata, CancellationToken cancellationToken) =>
        database.WriteAsync(async session => await session.ExecuteAsync(ChatCompletionSql.Note, ("@metadata", metadata?.GetRawText()), ("@turn", turn)) > 0, cancellationToken);

    public Task<bool> RemoveAsync(string turn, CancellationToken cancellationToken) =>
        database.WriteAsync(async session => await session.ExecuteAsync(ChatCompletionSql.Delete, ("@turn", turn)) > 0, cancellationToken);

    public Task<IReadOnlyList<StoredCompletion>> ListAsync(StoredCompletionQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var at = query.After?.CreatedAt.ToUnixTimeMilliseconds() ?? (query.NewestFirst ? long.MaxValue : long.MinValue);
        return database.ReadAsync<IReadOnlyList<StoredCompletion>>(session => ReadAsync(session, query, at), cancellationToken);
    }

    private static async Task<IReadOnlyList<StoredCompletion>> ReadAsync(SqlSession session, StoredCompletionQuery query, long at) =>
        await session.QueryAsync(query.NewestFirst ? ChatCompletionSql.NewestFirst : ChatCompletionSql.OldestFirst, Read, ("@model", query.Model ?? ""), ("@at", at), ("@turn", query.After?.Turn ?? ""), ("@limit", (long)query.Limit));

    private static StoredCompletion Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.IsDBNull(3) ? null : JsonElement.Parse(row.GetString(3), JsonElements.Kept));
}
