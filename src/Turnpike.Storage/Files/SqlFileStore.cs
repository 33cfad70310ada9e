using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnpike.Prompts;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Files;

/// <summary>Uploaded files, in a database.</summary>
internal sealed class SqlFileStore(SqlDatabase database, IContentStore contents, IOptions<UploadOptions> options, TimeProvider time) : IFileStore
{
    public async Task<StoredFile> AddAsync(FileUpload upload, Stream content, CancellationToken cancellationToken)
    {
        var kept = await contents.KeepAsync(content, options.Value.Bytes, cancellationToken);
        var file = NewFile.Of(upload, kept, time.GetUtcNow());
        await database.WriteAsync(async session =>
        {
            await ContentRows.ReferAsync(session, file.Id, file.Hash);
            return await session.ExecuteAsync(FileSql.Insert,
                ("@id", file.Id), ("@purpose", file.Purpose), ("@createdAt", file.CreatedAt.ToUnixTimeMilliseconds()), ("@expiresAt", file.ExpiresAt?.ToUnixTimeMilliseconds()),
                ("@json", JsonSerializer.Serialize(file, TurnpikeJson.Relaxed.StoredFile)));
        }, cancellationToken);
        return file;
    }

    public Task<StoredFile?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await session.QueryAsync(FileSql.Find, Read, ("@id", id), ("@now", Now)) is [var file] ? file : null, cancellationToken);

    public Task<Page<StoredFile>> ListAsync(FileQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var after = PageCursor.Parse(query.After);
        return database.ReadAsync(async session =>
        {
            var rows = await session.QueryAsync(FileSql.List, Read, ("@time", after.Time), ("@name", after.Name), ("@purpose", query.Purpose), ("@now", Now), ("@limit", query.Limit + 1L));
            if (rows.Count <= query.Limit) return new Page<StoredFile>(rows, null);
            rows.RemoveAt(query.Limit);
            return new Page<StoredFile>(rows, new PageCursor(rows[^1].CreatedAt.ToUnixTimeMilliseconds(), rows[^1].Id).ToString());
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(session => DeleteAsync(session, id), cancellationToken);

    internal static async Task<bool> DeleteAsync(SqlSession session, string id)
    {
        if (await session.ExecuteAsync(FileSql.Delete, ("@id", id)) == 0) return false;
        await ContentRows.ReleaseAsync(session, id);
        await session.ExecuteAsync(MemberSql.Free, ("@kind", ProjectThings.File), ("@id", id));
        return true;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static StoredFile Read(System.Data.Common.DbDataReader row) => KeptJson.Read(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.StoredFile)!;
}
