namespace Turnpike.Turns.Web;

/// <summary>What a fetch brought.</summary>
public sealed record WebAnswer
{
    /// <summary>Where it came from in the end, after redirects.</summary>
    public required Uri Url { get; init; }
    /// <summary>The bytes; empty when <see cref="IsUnchanged"/>.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }
    /// <summary>What the server says they are, with the character set if it says one.</summary>
    public string? MediaType { get; init; }
    /// <summary>The ETag, or the date of the last change; null when the server tells neither.</summary>
    public string? Version { get; init; }
    /// <summary>Whether the known version still stands.</summary>
    public bool IsUnchanged { get; init; }
}
