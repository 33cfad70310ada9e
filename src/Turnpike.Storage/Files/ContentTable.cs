using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Storage.Files;

/// <summary>Bytes in the database, in pieces. They arrive in a file of this machine, in a folder that nobody else may open.</summary>
internal sealed class ContentTable(SqlDatabase database) : IContentPlace
{
    private const int PieceBytes = 1 << 20;
    private const string Arriving = "turnpike-arriving-";

    private string? _folder;

    public FileStream Create()
    {
        try
        {
            var name = Ids.New("content");
            try
            {
                return New(Path.Combine(_folder ??= Directory.CreateTempSubdirectory(Arriving).FullName, name));
            }
            catch (DirectoryNotFoundException) // whatever tidies the machine took it
            {
                return New(Path.Combine(_folder = Directory.CreateTempSubdirectory(Arriving).FullName, name));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Closed(error);
        }
    }

    private static FileStream New(string name)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete | FileShare.Read, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(name, options);
    }

    public TurnException Closed(Exception error) => ContentFolder.Closed(Path.GetTempPath(), error, "written");

    public void Settle(FileStream arrived)
    {
        // The database keeps the bytes.
    }

    /// <summary>Also those of programs that ran before and were killed.</summary>
    public void Sweep(DateTimeOffset writtenBefore)
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Arriving + "*")) ContentFolder.Sweep(folder, writtenBefore);
    }

    public async Task PlaceAsync(SqlSession session, string arrived, string hash)
    {
        if (await session.QueryAsync(ContentSql.HasPieces, _ => 1, ("@hash", hash)) is [_]) return;
        await using var bytes = File.OpenRead(arrived);
        var piece = new byte[PieceBytes];
        for (var place = 0L; await bytes.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false) is var read and > 0; place++)
            await session.ExecuteAsync(ContentSql.KeepPiece, ("@hash", hash), ("@place", place), ("@data", piece[..read]));
    }

    public async Task<Stream?> OpenAsync(string hash, long size, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => session.QueryAsync(ContentSql.PiecesSize, row => row.GetInt64(0), ("@hash", hash)), cancellationToken) is not [var kept] || kept != size) return null;
        var organization = OrganizationScope.Current;
        return new PieceStream(size, PieceBytes, async (place, stop) =>
        {
            using var scope = OrganizationScope.Enter(organization); // whoever reads may do so somewhere else
            return await database.ReadAsync(session => session.QueryAsync(ContentSql.Piece, row => row.GetFieldValue<byte[]>(0), ("@hash", hash), ("@place", place)), stop) is [var piece] ? piece : null;
        });
    }

    public Task RemoveAsync(SqlSession session, string hash) => session.ExecuteAsync(ContentSql.DeletePieces, ("@hash", hash));
}
