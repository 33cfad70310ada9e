using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Storage.Files;

/// <summary>
/// Where bytes lie: a folder for each organization, so that a hash opens nothing of another's, with one file for each content, named by its SHA-256, and those
/// that are still arriving.
/// </summary>
/// <param name="root">The folder of the default organization; the others' lie in it.</param>
/// <param name="shared">Where an older program may have left bytes of this database, among another's: they are read there and never taken away.</param>
internal sealed class ContentFolder(string root, string shared) : IContentPlace
{
    private const string Arriving = "arriving";

    private string Folder => FolderOf(root);

    private static string FolderOf(string root) => OrganizationScope.Current is var organization && organization == OrganizationScope.Default ? root : Path.Combine(root, "organizations", OrganizationDatabases.PlaceOf(organization));

    public FileStream Create()
    {
        var name = Path.Combine(Folder, Arriving, Ids.New("content"));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            return new(name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete | FileShare.Read, BufferSize = 0, Options = FileOptions.Asynchronous });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Closed(error);
        }
    }

    public void Settle(FileStream arrived)
    {
        try
        {
            arrived.Flush(flushToDisk: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Closed(error);
        }
    }

    public void Sweep(DateTimeOffset writtenBefore) => Sweep(Path.Combine(Folder, Arriving), writtenBefore);

    /// <summary>Deletes what nobody has written to in a folder since a moment.</summary>
    public static void Sweep(string folder, DateTimeOffset writtenBefore)
    {
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
                if (file.LastWriteTimeUtc < writtenBefore.UtcDateTime) file.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing has arrived yet, or it is another user's.
        }
    }

    public Task PlaceAsync(SqlSession session, string arrived, string hash)
    {
        var place = PlaceOf(hash);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            if (new FileInfo(place) is not { Exists: true, Length: var length } || length != new FileInfo(arrived).Length) File.Move(arrived, place, overwrite: true); // one that a loss of power cut off is mended
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Closed(error);
        }
        return Task.CompletedTask;
    }

    public Task<Stream?> OpenAsync(string hash, long size, CancellationToken cancellationToken) => Task.FromResult<Stream?>(Open(Folder, hash, size) ?? (shared == root ? null : Open(FolderOf(shared), hash, size)));

    private static FileStream? Open(string folder, string hash, long size)
    {
        try
        {
            var bytes = new FileStream(PlaceOf(folder, hash), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            if (bytes.Length == size) return bytes;
            bytes.Dispose();
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Closed(folder, error, "read");
        }
    }

    public Task RemoveAsync(SqlSession session, string hash)
    {
        try
        {
            File.Delete(PlaceOf(hash));
        }
        catch (DirectoryNotFoundException)
        {
            // What is not there is removed: bytes that lie where an older program left them, or that no backup had.
        }
        return Task.CompletedTask;
    }

    public TurnException Closed(Exception error) => Closed(Folder, error, "written");

    /// <summary>What is told when bytes in a folder cannot be read or written; where it is, only whoever runs the program is told.</summary>
    public static TurnException Closed(string folder, Exception error, string how) =>
        new(TurnErrorCode.StorageUnavailable, $"The bytes of files cannot be {how} now. The program's log tells why.", error) { OperatorMessage = $"The folder \"{folder}\" cannot be {how}: {error.Message}" };

    private string PlaceOf(string hash) => PlaceOf(Folder, hash);

    private static string PlaceOf(string folder, string hash) => Path.Combine(folder, hash[..2], hash);
}
