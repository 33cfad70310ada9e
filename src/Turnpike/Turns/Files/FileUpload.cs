namespace Turnpike.Turns.Files;

/// <summary>What an uploader says of a file.</summary>
public sealed record FileUpload
{
    /// <summary>Its id, chosen before it is kept; null: the store makes one.</summary>
    internal string? Id { get; init; }
    /// <summary>Its name; folders in it are cut off. Null: <c>file</c>.</summary>
    public string? Name { get; init; }
    /// <summary>What its bytes are said to be; null: found out from the bytes and the name.</summary>
    public string? MediaType { get; init; }
    /// <summary>What it is for; kept and shown, without effect.</summary>
    public string? Purpose { get; init; }
    /// <summary>When it goes by itself, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
