namespace Turnpike.Turns.Access;

/// <summary>Makes, changes, rotates and revokes keys.</summary>
public sealed class KeyDesk(IKeyStore store, KeyRing ring, TimeProvider time)
{
    private const string Locked = "Every request needs a key from now on, and no key may make keys. Make one that may, where the data is: turnpike keys create --name admin --scope admin (with the server's --data or TURNPIKE_DATA, or its ConnectionStrings__Turnpike).";

    /// <summary>Makes a key; warns when nobody can make another one by now.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: the name, a scope, a limit or a setting does not fit.</exception>
    public async Task<IssuedKey> CreateAsync(NewKey asked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var now = time.GetUtcNow();
        var secret = KeySecret.New();
        var key = new AccessKey
        {
            Id = Ids.New("key"),
            Name = asked.Name,
            Prefix = KeySecret.PrefixOf(secret),
            User = asked.User,
            Organization = asked.Organization ?? OrganizationScope.Current,
            Scopes = asked.Scopes.Count == 0 ? [Access.Scopes.Turns] : [.. asked.Scopes.Distinct(StringComparer.Ordinal)],
            Prompts = asked.Prompts,
            Models = asked.Models,
            Tools = asked.Tools,
            Limits = asked.Limits ?? KeyLimits.None,
            Settings = asked.Settings ?? KeySettings.Standard,
            CreatedAt = now,
            ExpiresAt = asked.ExpiresAt,
        };
        KeyRules.Check(key, now);
        key = key with { Name = key.Name.Trim() };
        await store.AddAsync(new(key, KeySecret.HashOf(secret)), cancellationToken);
        ring.Forget();
        var managed = (await ring.AllAsync(cancellationToken)).Any(kept => kept.Key.RevokedAt is null && !(kept.Key.ExpiresAt <= now) && Access.Scopes.Allow(kept.Key.Scopes, Access.Scopes.KeysManage));
        return new(secret, key) { Warning = managed ? null : Locked };
    }

    /// <summary>Ends a key at once; one that has ended stays as it is. Null when there is none.</summary>
    public async Task<AccessKey?> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var kept = await store.UpdateAsync(id, old => old with { Key = old.Key with { RevokedAt = old.Key.RevokedAt ?? now }, OldHash = null, OldUntil = null }, cancellationToken);
        ring.Forget();
        return kept?.Key;
    }

    /// <summary>Changes what a key may do, at once and on all nodes; its secret stays. Null when there is none.</summary>
    /// <param name="id">Which key.</param>
    /// <param name="change">Makes the new state of the old, such as <see cref="KeyChange.Over"/>; must have no side effects. Whose the key is, and all that it does not make, stays as it is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The key as it was, and as it is.</returns>
    /// <exception cref="TurnException"><c>request_invalid</c>: the key was revoked or has ended, or what it would be does not fit.</exception>
    public async Task<(AccessKey Before, AccessKey Now)?> ChangeAsync(string id, Func<AccessKey, AccessKey> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var (now, before) = (time.GetUtcNow(), (AccessKey?)null);
        var kept = await store.UpdateAsync(id, old =>
        {
            RequireLiving(before = old.Key, now);
            var key = change(old.Key);
            KeyRules.Check(key, now);
            return old with { Key = key with { Id = old.Key.Id, Name = key.Name.Trim(), Prefix = old.Key.Prefix, User = old.Key.User, Organization = old.Key.Organization, CreatedAt = old.Key.CreatedAt, RevokedAt = null, RotatedAt = old.Key.RotatedAt } };
        }, cancellationToken);
        ring.Forget();
        return kept is null ? null : (before!, kept.Key);
    }

    /// <summary>Gives a key a new secret; null when there is none.</summary>
    /// <param name="id">Which key.</param>
    /// <param name="grace">How long the secret before still counts; zero: not at all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>: the key was revoked or has ended, or the grace is not 0 to 30 days.</exception>
    public async Task<IssuedKey?> RotateAsync(string id, TimeSpan grace, CancellationToken cancellationToken)
    {
        KeyRules.CheckGrace(grace);
        var (secret, now) = (KeySecret.New(), time.GetUtcNow());
        var kept = await store.UpdateAsync(id, old =>
        {
            RequireLiving(old.Key, now);
            return new(old.Key with { Prefix = KeySecret.PrefixOf(secret), RotatedAt = now }, KeySecret.HashOf(secret), grace > TimeSpan.Zero ? old.Hash : null, grace > TimeSpan.Zero ? now + grace : null);
        }, cancellationToken);
        ring.Forget();
        return kept is null ? null : new(secret, kept.Key);
    }

    /// <summary>What counts no more stays so.</summary>
    private static void RequireLiving(AccessKey key, DateTimeOffset now)
    {
        var ending = key.RevokedAt is not null ? "was revoked" : key.ExpiresAt <= now ? $"ended on {key.ExpiresAt:u}" : null;
        if (ending is not null) throw new TurnException(TurnErrorCode.RequestInvalid, $"Key \"{key.Name}\" {ending} and stays so. Create a new one.");
    }
}
