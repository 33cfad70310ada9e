using Turnpike.Storage.Sql;
using Turnpike.Turns;

namespace Turnpike.Storage.Files;

/// <summary>Bytes in the database, in pieces. They arrive in a file of this machine.</summary>
internal sealed class ContentTable(SqlDatabase database) : IContentPlace
{
    private const int PieceBytes = 1 << 20;
    private readonly ContentFolder _arriving = new(Path.Combine(Path.GetTempPath(), "turnpike"));

    public FileStream Create() => _arriving.Create();

    public TurnException Closed(Exception error) => _arriving.Closed(error);

    public void Sweep(DateTimeOffset writtenBefore) => _arriving.Sweep(writtenBefore);

    public async Task PlaceAsync(SqlSession session, string arrived, string hash)
    {
        if (await session.QueryAsync(ContentSql.HasPieces, _ => 1, ("@hash", hash)) is [_]) return;
        await using var bytes = File.OpenRead(arrived);
        var piece = new byte[PieceBytes];
        for (var place = 0L; await bytes.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false) is var read and > 0; place++)
            await session.ExecuteAsync(ContentSql.KeepPiece, ("@hash", hash), ("@place", place), ("@data", piece[..read]));
    }

    public async Task<Stream?> OpenAsync(string hash, CancellationToken cancellationToken)
    {
        var pieces = await database.ReadAsync(session => session.QueryAsync(ContentSql.Pieces, row => (Size: row.GetInt64(0), Data: row.IsDBNull(1) ? [] : row.GetFieldValue<byte[]>(1)), ("@hash", hash)), cancellationToken);
        if (pieces.Count == 0 || pieces.Sum(piece => (long)piece.Data.Length) != pieces[0].Size) return null;
        var bytes = new MemoryStream((int)pieces[0].Size);
        foreach (var piece in pieces) bytes.Write(piece.Data);
        bytes.Position = 0;
        return bytes;
    }

    public Task RemoveAsync(SqlSession session, string hash) => session.ExecuteAsync(ContentSql.DeletePieces, ("@hash", hash));
}
