namespace Turnpike.Turns.Files;

/// <summary>An uploaded file. Its bytes are kept once however often they are uploaded; each upload has an id of its own.</summary>
public sealed record StoredFile
{
    /// <summary><c>file_…</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Its name, without a folder.</summary>
    public required string Name { get; init; }
    /// <summary>What its bytes are, for example <c>image/png</c>.</summary>
    public required string MediaType { get; init; }
    /// <summary>Its length in bytes.</summary>
    public required long Size { get; init; }
    /// <summary>SHA-256 of its bytes in lower-case hexadecimal.</summary>
    public required string Hash { get; init; }
    /// <summary>When it was uploaded, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>What its uploader said it is for; kept and shown, without effect.</summary>
    public string? Purpose { get; init; }
    /// <summary>When it goes by itself, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
