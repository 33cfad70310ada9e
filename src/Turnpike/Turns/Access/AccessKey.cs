namespace Turnpike.Turns.Access;

/// <summary>A key as it is kept and shown: everything but the secret, of which only a hash is kept.</summary>
public sealed record AccessKey
{
    /// <summary><c>key_…</c>.</summary>
    public required string Id { get; init; }
    /// <summary>What people call it.</summary>
    public required string Name { get; init; }
    /// <summary>How the secret begins, so that it can be recognized.</summary>
    public required string Prefix { get; init; }
    /// <summary>The user it acts for; null: nobody in particular.</summary>
    public string? User { get; init; }
    /// <summary>The organization whose things it sees.</summary>
    public string Organization { get; init => field = value ?? OrganizationScope.Default; } = OrganizationScope.Default;
    /// <summary>What it may do.</summary>
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];
    /// <summary>Keys or globs of the stored prompts it may run; null: all, and prompts that were never saved.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }
    /// <summary>Ids or globs of the models it may use; null: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }
    /// <summary>Names or globs of the tools its turns may be offered; null: all.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
    /// <summary>How much it may use.</summary>
    public KeyLimits Limits { get; init => field = value ?? KeyLimits.None; } = KeyLimits.None;
    /// <summary>How its requests are read.</summary>
    public KeySettings Settings { get; init => field = value ?? KeySettings.Standard; } = KeySettings.Standard;
    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it ends, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    /// <summary>When it was revoked, UTC; null: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
    /// <summary>When its secret was last replaced, UTC; null: never.</summary>
    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>Whether it stands for a token of an issuer, which is kept nowhere: it has no secret that could begin with anything.</summary>
    internal bool IsOfToken => Prefix.Length == 0;
}
