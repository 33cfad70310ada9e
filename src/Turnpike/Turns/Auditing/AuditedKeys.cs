using Turnpike.Turns.Access;

namespace Turnpike.Turns.Auditing;

/// <summary>Keys whose changes are on record, in the log of the key's organization.</summary>
internal sealed class AuditedKeys(IKeyStore inner, AuditDesk desk) : IKeyStore
{
    public Task<long> RevisionAsync(CancellationToken cancellationToken) => inner.RevisionAsync(cancellationToken);

    public Task<IReadOnlyList<KeptKey>> AllAsync(CancellationToken cancellationToken) => inner.AllAsync(cancellationToken);

    public async Task AddAsync(KeptKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        await inner.AddAsync(key, cancellationToken);
        await TellAsync("createKey", key.Key);
    }

    public async Task<KeptKey?> UpdateAsync(string id, Func<KeptKey, KeptKey> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        KeptKey? before = null;
        var after = await inner.UpdateAsync(id, old => change(before = old), cancellationToken);
        if (after is null || before is null || after == before) return after;
        if (after.Key.RevokedAt != before.Key.RevokedAt) await TellAsync("revokeKey", after.Key);
        else if (after.Hash != before.Hash) await TellAsync("rotateKey", after.Key);
        else if (KeyChange.Between(before.Key, after.Key) is { Count: > 0 } changed) await TellAsync("changeKey", after.Key, "?changed=" + string.Join(',', changed));
        return after;
    }

    private async Task TellAsync(string action, AccessKey key, string more = "")
    {
        using (OrganizationScope.Enter(key.Organization)) await desk.TellAsync(action, AuditDesk.Path("keys", key.Id) + more);
    }
}
