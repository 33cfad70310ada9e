using System.Collections.Frozen;

namespace Turnpike.Turns.Access;

/// <summary>
/// Knows all keys. A secret that it knows counts for at most a second without asking the store again: a key that was revoked on any node stops working on all
/// of them within that second. What it does not know it asks for at once, so that the first key, and every new secret, counts on all nodes when it is made. A store that cannot be
/// asked lets nobody in.
/// </summary>
public sealed class KeyRing(IKeyStore store, TimeProvider time) : IDisposable
{
    /// <summary>How old what it knows of a secret may be.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);
    private const int MostLooks = 50; // a second: whoever guesses secrets, or comes without one while there are no keys, loads the store little more than that
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Lock _counting = new();
    private volatile Snapshot? _known;
    private int _changes;
    private long _second;
    private int _looks;

    /// <summary>Whether no key was ever made, on any node.</summary>
    public async ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await KnownAsync(Freshness, cancellationToken)).Keys.Count == 0 && (await AgainAsync(cancellationToken)).Keys.Count == 0;

    /// <summary>All keys as they are now, in the order in which they were made.</summary>
    public async ValueTask<IReadOnlyList<KeptKey>> AllAsync(CancellationToken cancellationToken) => (await KnownAsync(TimeSpan.Zero, cancellationToken)).All;

    /// <summary>The key of a secret, whether or not it still counts; null when there is none.</summary>
    public ValueTask<AccessKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var hash = KeySecret.HashOf(secret);
        return _known is { } known && IsFresh(known, Freshness) && Find(known, hash) is { } key ? new(key) : LookAsync(hash, cancellationToken);
    }

    /// <summary>The key of an id as it is now, whether or not it still counts; null when there is none.</summary>
    public async ValueTask<AccessKey?> FindByIdAsync(string id, CancellationToken cancellationToken) => (await AllAsync(cancellationToken)).FirstOrDefault(kept => kept.Key.Id == id)?.Key;

    /// <summary>Asks the store again before the next answer: a key was changed here.</summary>
    public void Forget() => Interlocked.Increment(ref _changes);

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    private async ValueTask<AccessKey?> LookAsync(string hash, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(Freshness, cancellationToken);
        return Find(known, hash) ?? Find(await AgainAsync(cancellationToken), hash); // it may have been made on another node just now
    }

    /// <summary>What is known now; where many ask, a tenth of a second ago.</summary>
    private ValueTask<Snapshot> AgainAsync(CancellationToken cancellationToken) => KnownAsync(MayLook() ? TimeSpan.Zero : LookAgain, cancellationToken);

    private bool MayLook()
    {
        lock (_counting)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_second, now) >= Freshness) (_second, _looks) = (now, 0);
            return _looks++ < MostLooks;
        }
    }

    private AccessKey? Find(Snapshot known, string hash) =>
        known.Keys.TryGetValue(hash, out var kept) && (kept.Hash == hash || kept.OldUntil > time.GetUtcNow()) ? kept.Key : null;

    private bool IsFresh(Snapshot known, TimeSpan age) => known.Changes == Volatile.Read(ref _changes) && time.GetElapsedTime(known.ReadAt) < age;

    /// <summary>What is known, read no longer ago than this; zero: what was read after it was asked for, for everybody who waits at the same time.</summary>
    private async ValueTask<Snapshot> KnownAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (_known is { } fresh && IsFresh(fresh, age)) return fresh;
        var asked = time.GetTimestamp();
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_known is { } read && (IsFresh(read, age) || (read.ReadAt > asked && IsFresh(read, Freshness)))) return read;
            var (at, changes) = (time.GetTimestamp(), Volatile.Read(ref _changes));
            var revision = await store.RevisionAsync(cancellationToken);
            var now = _known is { } old && old.Revision == revision ? old with { ReadAt = at, Changes = changes } : Snapshot.Of(revision, await store.AllAsync(cancellationToken), at, changes);
            _known = now;
            return now;
        }
        finally
        {
            _reading.Release();
        }
    }

    private sealed record Snapshot(long Revision, IReadOnlyList<KeptKey> All, FrozenDictionary<string, KeptKey> Keys, long ReadAt, int Changes)
    {
        public static Snapshot Of(long revision, IReadOnlyList<KeptKey> all, long at, int changes)
        {
            var keys = new Dictionary<string, KeptKey>(StringComparer.Ordinal);
            foreach (var kept in all)
            {
                if (kept.OldHash is { } old) keys[old] = kept;
                keys[kept.Hash] = kept;
            }
            return new(revision, all, keys.ToFrozenDictionary(StringComparer.Ordinal), at, changes);
        }
    }
}
