using System.Collections.Frozen;

namespace Turnpike.Turns.Access;

/// <summary>
/// Knows all keys. What it knows is at most a second old, or it asks the store again before it answers: a key that was revoked on any node stops working on all
/// of them within that second, and a store that cannot be asked lets nobody in.
/// </summary>
public sealed class KeyRing(IKeyStore store, TimeProvider time)
{
    /// <summary>How old what it knows may be.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private Snapshot? _known;

    /// <summary>Whether no key was ever made.</summary>
    public async ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) => (await KnownAsync(Freshness, cancellationToken)).Keys.Count == 0;

    /// <summary>All keys, in the order in which they were made.</summary>
    public async ValueTask<IReadOnlyList<KeptKey>> AllAsync(CancellationToken cancellationToken) => (await KnownAsync(Freshness, cancellationToken)).All;

    /// <summary>The key of a secret, whether or not it still counts; null when there is none.</summary>
    public ValueTask<AccessKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var hash = KeySecret.HashOf(secret);
        return _known is { } known && IsFresh(known, Freshness) && Find(known, hash) is { } key ? new(key) : LookAsync(hash, cancellationToken);
    }

    /// <summary>The key of an id, whether or not it still counts; null when there is none.</summary>
    public async ValueTask<AccessKey?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        (await KnownAsync(Freshness, cancellationToken)).All.FirstOrDefault(kept => kept.Key.Id == id)?.Key;

    /// <summary>Asks the store again before the next answer: a key was changed here.</summary>
    public void Forget() => _known = null;

    private async ValueTask<AccessKey?> LookAsync(string hash, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(Freshness, cancellationToken);
        return Find(known, hash) ?? Find(await KnownAsync(LookAgain, cancellationToken), hash); // it may have been made on another node just now
    }

    private AccessKey? Find(Snapshot known, string hash) =>
        known.Keys.TryGetValue(hash, out var kept) && (kept.Hash == hash || kept.OldUntil > time.GetUtcNow()) ? kept.Key : null;

    private bool IsFresh(Snapshot known, TimeSpan age) => time.GetElapsedTime(known.ReadAt) < age;

    private async ValueTask<Snapshot> KnownAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (_known is { } fresh && IsFresh(fresh, age)) return fresh;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_known is { } read && IsFresh(read, age)) return read;
            var at = time.GetTimestamp();
            var revision = await store.RevisionAsync(cancellationToken);
            return _known = _known is { } old && old.Revision == revision ? old with { ReadAt = at } : Snapshot.Of(revision, await store.AllAsync(cancellationToken), at);
        }
        finally
        {
            _reading.Release();
        }
    }

    private sealed record Snapshot(long Revision, IReadOnlyList<KeptKey> All, FrozenDictionary<string, KeptKey> Keys, long ReadAt)
    {
        public static Snapshot Of(long revision, IReadOnlyList<KeptKey> all, long at)
        {
            var keys = new Dictionary<string, KeptKey>(StringComparer.Ordinal);
            foreach (var kept in all)
            {
                if (kept.OldHash is { } old) keys[old] = kept;
                keys[kept.Hash] = kept;
            }
            return new(revision, all, keys.ToFrozenDictionary(StringComparer.Ordinal), at);
        }
    }
}
