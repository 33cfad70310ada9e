using Microsoft.Extensions.Options;
using Turnpike.Prompts;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Files;

/// <summary>Uploaded files, in memory.</summary>
internal sealed class InMemoryFiles(InMemoryState state, IContentStore contents, IOptions<UploadOptions> options, TimeProvider time) : IFileStore
{
    public async Task<StoredFile> AddAsync(FileUpload upload, Stream content, CancellationToken cancellationToken)
    {
        var kept = await contents.KeepAsync(content, options.Value.Bytes, cancellationToken);
        var file = NewFile.Of(upload, kept, time.GetUtcNow());
        lock (state.Gate) state.Files.Add(file.Id, file);
        return file;
    }

    public Task<StoredFile?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Files.TryGetValue(id, out var file) && IsThere(file) ? file : null);
    }

    public Task<Page<StoredFile>> ListAsync(FileQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var after = PageCursor.Parse(query.After);
        List<StoredFile> rows;
        lock (state.Gate)
        {
            rows = [.. state.Files.Values.Where(file => IsThere(file) && after.IsBefore(TimeOf(file), file.Id) && query.IsNamed(file) && (query.Purpose is null || (file.Purpose ?? FileQuery.Unsaid) == query.Purpose))
                .OrderByDescending(TimeOf).ThenByDescending(file => file.Id, StringComparer.Ordinal).Take(query.Limit + 1)];
        }
        var page = rows.Count > query.Limit ? rows.GetRange(0, query.Limit) : rows;
        return Task.FromResult(new Page<StoredFile>(page, rows.Count > query.Limit ? new PageCursor(TimeOf(page[^1]), page[^1].Id).ToString() : null));
    }

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Files.Remove(id));
    }

    private bool IsThere(StoredFile file) => file.ExpiresAt is not { } end || end > time.GetUtcNow();

    private static long TimeOf(StoredFile file) => file.CreatedAt.ToUnixTimeMilliseconds();
}
