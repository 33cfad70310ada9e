using System.Buffers;
using System.Security.Cryptography;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Files;

namespace Turnpike.Storage.Files;

/// <summary>
/// Contents: their bytes in a place of the engine's, who needs them in the database. Bytes are placed and removed inside a write transaction, so that a clean-up never takes
/// what somebody is just bringing again.
/// </summary>
internal sealed class SqlContentStore(SqlDatabase database, IContentPlace place, TimeProvider time) : IContentStore
{
    private const int PieceBytes = 128 << 10;
    private static readonly TimeSpan Arrival = TimeSpan.FromHours(1); // so long a client may pause in an upload

    public async Task<KeptContent> KeepAsync(Stream content, long most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var arriving = place.Create();
        try
        {
            var kept = await CopyAsync(content, arriving, most, cancellationToken);
            place.Settle(arriving);
            await arriving.DisposeAsync();
            await database.WriteInLineAsync(async session =>
            {
                await session.ExecuteAsync(ContentSql.Keep, ("@hash", kept.Hash), ("@size", kept.Size), ("@keptAt", time.GetUtcNow().ToUnixTimeMilliseconds())); // first: a clean-up that removes it is waited for, one that comes later finds it just brought
                await place.PlaceAsync(session, arriving.Name, kept.Hash);
                return true;
            }, cancellationToken);
            return kept;
        }
        finally
        {
            await arriving.DisposeAsync();
            Remove(arriving.Name);
        }
    }

    public async Task<Stream?> OpenAsync(string hash, CancellationToken cancellationToken) =>
        ContentHash.Is(hash) && await database.ReadAsync(session => session.QueryAsync(ContentSql.Size, row => row.GetInt64(0), ("@hash", hash)), cancellationToken) is [var size] ? await place.OpenAsync(hash, size, cancellationToken) : null;

    public async Task<int> CleanAsync(DateTimeOffset keptBefore, CancellationToken cancellationToken)
    {
        var longAgo = time.GetUtcNow() - Arrival;
        place.Sweep(keptBefore < longAgo ? keptBefore : longAgo);
        await ExpireAsync(cancellationToken);
        for (var cleaned = 0; ;)
        {
            var some = await database.WriteAsync(async session =>
            {
                var hashes = await session.QueryAsync(ContentSql.Unneeded, row => row.GetString(0), ("@before", keptBefore.ToUnixTimeMilliseconds()));
                foreach (var hash in hashes)
                {
                    await session.ExecuteAsync(ContentSql.Delete, ("@hash", hash));
                    await place.RemoveAsync(session, hash);
                }
                return hashes.Count;
            }, cancellationToken);
            cleaned += some;
            if (some == 0) return cleaned;
        }
    }

    /// <summary>What arrived and was not placed goes; what cannot be deleted now, the next sweep takes.</summary>
    private static void Remove(string arrived)
    {
        try
        {
            File.Delete(arrived);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What was kept is kept.
        }
    }

    private Task<int> ExpireAsync(CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var ids = await session.QueryAsync(FileSql.Expired, row => row.GetString(0), ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()));
        foreach (var id in ids) await SqlFileStore.DeleteAsync(session, id);
        return ids.Count;
    }, cancellationToken);

    private async Task<KeptContent> CopyAsync(Stream content, FileStream arriving, long most, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        var head = Array.Empty<byte>();
        try
        {
            var size = 0L;
            while (await content.ReadAtLeastAsync(piece.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, cancellationToken) is var read and > 0)
            {
                if (size == 0) head = piece[..Math.Min(read, ContentHash.HeadBytes)];
                size += read;
                if (size > most) throw ContentHash.TooLarge(most);
                hash.AppendData(piece, 0, read);
                await WriteAsync(arriving, piece.AsMemory(0, read), cancellationToken);
            }
            return new(Convert.ToHexStringLower(hash.GetHashAndReset()), size, head);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>A full disk is told apart from a client that stopped sending.</summary>
    private async Task WriteAsync(FileStream arriving, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await arriving.WriteAsync(piece, cancellationToken);
        }
        catch (IOException error)
        {
            throw place.Closed(error);
        }
    }
}
