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
    private const int Batch = 200;

    public async Task<StoredFile> AddAsync(FileUpload upload, Stream content, CancellationToken cancellationToken)
    {
        var kept = await contents.KeepAsync(content, options.Value.Bytes, cancellationToken);
        var file = NewFile.Of(upload, kept, time.GetUtcNow());
        await database.WriteAsync(async session =>
        {
            await ContentRows.ReferAsync(session, file.Id, file.Hash);
            return await session.ExecuteAsync(FileSql.Insert,
                ("@id", file.Id), ("@called", Folded(file.Name)), ("@purpose", file.Purpose), ("@createdAt", file.CreatedAt.ToUnixTimeMilliseconds()), ("@expiresAt", file.ExpiresAt?.ToUnixTimeMilliseconds()),
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
            var rows = query.Name is null ? await session.QueryAsync(FileSql.List, Read, Values(query, after, query.Limit + 1L)) : await CalledAsync(session, query, after);
            if (rows.Count <= query.Limit) return new Page<StoredFile>(rows, null);
            rows.RemoveRange(query.Limit, rows.Count - query.Limit);
            return new Page<StoredFile>(rows, CursorOf(rows[^1]).ToString());
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

    /// <summary>The files of a name, more than the page has room for when there are more. Files from before names were kept apart are read too, and left out here.</summary>
    private async Task<List<StoredFile>> CalledAsync(SqlSession session, FileQuery query, PageCursor after)
    {
        var rows = new List<StoredFile>();
        var most = Math.Max(Batch, query.Limit + 1L);
        while (true)
        {
            var read = await session.QueryAsync(FileSql.Called, Read, [.. Values(query, after, most), ("@called", Folded(query.Name!))]);
            rows.AddRange(read.Where(query.IsNamed));
            if (rows.Count > query.Limit || read.Count < most) return rows;
            after = CursorOf(read[^1]);
        }
    }

    private (string, object?)[] Values(FileQuery query, PageCursor after, long limit) => [("@time", after.Time), ("@name", after.Name), ("@purpose", query.Purpose), ("@now", Now), ("@limit", limit)];

    private static PageCursor CursorOf(StoredFile file) => new(file.CreatedAt.ToUnixTimeMilliseconds(), file.Id);

    private static string Folded(string name) => name.ToUpperInvariant();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static StoredFile Read(System.Data.Common.DbDataReader row) => KeptJson.Read(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.StoredFile)!;
}
