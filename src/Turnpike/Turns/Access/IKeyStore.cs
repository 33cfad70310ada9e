namespace Turnpike.Turns.Access;

/// <summary>Keeps keys, of all organizations.</summary>
public interface IKeyStore
{
    /// <summary>A number that grows with every change of a key.</summary>
    Task<long> RevisionAsync(CancellationToken cancellationToken);

    /// <summary>All keys, those that ended included, in the order in which they were made.</summary>
    Task<IReadOnlyList<KeptKey>> AllAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a new key.</summary>
    Task AddAsync(KeptKey key, CancellationToken cancellationToken);

    /// <summary>Reads, changes and keeps a key in one go; null when there is none.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="change">Makes the new state of the old; must have no side effects.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<KeptKey?> UpdateAsync(string id, Func<KeptKey, KeptKey> change, CancellationToken cancellationToken);
}

/// <summary>A key with the hashes that recognize its secret.</summary>
/// <param name="Key">The key.</param>
/// <param name="Hash">SHA-256 of its secret, in hexadecimal.</param>
/// <param name="OldHash">The hash of the secret before, while that still counts.</param>
/// <param name="OldUntil">Until when the secret before counts, UTC.</param>
public sealed record KeptKey(AccessKey Key, string Hash, string? OldHash = null, DateTimeOffset? OldUntil = null);
