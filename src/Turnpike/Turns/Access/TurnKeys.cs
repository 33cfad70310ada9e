namespace Turnpike.Turns.Access;

/// <summary>Finds the key under which a turn goes on that waited for somebody: the one that submitted it, as it is by then.</summary>
public sealed class TurnKeys(TimeProvider time, KeyRing? ring = null)
{
    /// <summary>The key with its scopes, lists and limits of now. What stood for a token of an issuer, which nobody keeps, is as it was.</summary>
    /// <param name="submitted">The key as it was when the turn began to wait; null: there was none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>unauthorized</c>: it was revoked meanwhile, or it ended.</exception>
    public async ValueTask<AccessKey?> NowAsync(AccessKey? submitted, CancellationToken cancellationToken)
    {
        if (submitted is null || ring is null || await ring.FindByIdAsync(submitted.Id, cancellationToken) is not { } key) return submitted;
        if (key.RevokedAt is { } revoked) throw Gone(key, $"was revoked on {revoked:u}");
        if (key.ExpiresAt is { } end && end <= time.GetUtcNow()) throw Gone(key, $"ended on {end:u}");
        return key;
    }

    private static TurnException Gone(AccessKey key, string how) =>
        new(TurnErrorCode.Unauthorized, $"The key \"{key.Name}\", which submitted this turn, {how} while the turn waited. Regenerate it with a key that counts.");
}
