using System.Data.Common;
using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Stores;

/// <summary>Keys, in the database that all organizations share.</summary>
internal sealed class SqlKeyStore(HomeDatabase home) : IKeyStore
{
    public Task<long> RevisionAsync(CancellationToken cancellationToken) => home.Database.ReadAsync(async session => (await session.QueryAsync(KeySql.Revision, row => row.GetInt64(0)))[0], cancellationToken);

    public Task<IReadOnlyList<KeptKey>> AllAsync(CancellationToken cancellationToken) => home.Database.ReadAsync<IReadOnlyList<KeptKey>>(async session => await session.QueryAsync(KeySql.All, Read), cancellationToken);

    public Task AddAsync(KeptKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return home.Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync(KeySql.Insert, ("@id", key.Key.Id), ("@hash", key.Hash), ("@oldHash", key.OldHash), ("@oldUntil", key.OldUntil?.ToUnixTimeMilliseconds()),
                ("@createdAt", key.Key.CreatedAt.ToUnixTimeMilliseconds()), ("@json", Json(key)));
            return await session.ExecuteAsync(KeySql.Revise);
        }, cancellationToken);
    }

    public Task<KeptKey?> UpdateAsync(string id, Func<KeptKey, KeptKey> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return home.Database.WriteInLineAsync(async session =>
        {
            await session.ExecuteAsync(KeySql.Revise); // first, so that two writers stand in line before either reads
            if (await session.QueryAsync(KeySql.Find, Read, ("@id", id)) is not [var old]) return null;
            var changed = change(old);
            await session.ExecuteAsync(KeySql.Update, ("@hash", changed.Hash), ("@oldHash", changed.OldHash), ("@oldUntil", changed.OldUntil?.ToUnixTimeMilliseconds()), ("@json", Json(changed)), ("@id", id));
            return changed;
        }, cancellationToken);
    }

    private static string Json(KeptKey key) => JsonSerializer.Serialize(key.Key, AccessJson.Relaxed.AccessKey);

    private static KeptKey Read(DbDataReader row) => new(
        KeptJson.Read(row.GetString(0), AccessJson.Relaxed.AccessKey)!,
        row.GetString(1),
        row.IsDBNull(2) ? null : row.GetString(2),
        row.IsDBNull(3) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)));
}
