using Turnpike.Storage.Sql;
using Turnpike.Turns;

namespace Turnpike.Storage.Files;

/// <summary>Where bytes lie: a folder with one file for each content, named by its SHA-256, and those that are still arriving.</summary>
internal sealed class ContentFolder(string folder) : IContentPlace
{
    private const string Arriving = "arriving";

    public FileStream Create()
    {
        var name = Path.Combine(folder, Arriving, Ids.New("content"));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            return new(name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete | FileShare.Read, BufferSize = 0, Options = FileOptions.Asynchronous });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TurnException(TurnErrorCode.StorageUnavailable, $"The folder \"{folder}\" cannot be written: {error.Message}", error);
        }
    }

    public Task PlaceAsync(SqlSession session, string arrived, string hash)
    {
        var place = PlaceOf(hash);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (!File.Exists(place)) File.Move(arrived, place, overwrite: true);
        return Task.CompletedTask;
    }

    public Task<Stream?> OpenAsync(string hash, CancellationToken cancellationToken) => Task.FromResult<Stream?>(Open(hash));

    private FileStream? Open(string hash)
    {
        try
        {
            return new(PlaceOf(hash), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task RemoveAsync(SqlSession session, string hash)
    {
        File.Delete(PlaceOf(hash));
        return Task.CompletedTask;
    }

    private string PlaceOf(string hash) => Path.Combine(folder, hash[..2], hash);
}
