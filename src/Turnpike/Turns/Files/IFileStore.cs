using Turnpike.Prompts;

namespace Turnpike.Turns.Files;

/// <summary>Keeps uploaded files. A deleted file's bytes stay as long as turns or conversations refer to them.</summary>
public interface IFileStore
{
    /// <summary>Keeps a file, streaming: it is never in memory as a whole.</summary>
    /// <exception cref="TurnException">
    /// <c>request_invalid</c>: it is empty, or its bytes are not what it claims to be; <c>request_too_large</c>: it is larger than <see cref="UploadOptions.Bytes"/>.
    /// </exception>
    Task<StoredFile> AddAsync(FileUpload upload, Stream content, CancellationToken cancellationToken);

    /// <summary>The file; null when there is none, or it has expired.</summary>
    Task<StoredFile?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>A page of files, newest first.</summary>
    Task<Page<StoredFile>> ListAsync(FileQuery query, CancellationToken cancellationToken);

    /// <summary>Deletes a file: its id can be attached no more; false when there is none.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);
}
