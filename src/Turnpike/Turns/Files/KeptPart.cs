using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Files;

/// <summary>A part of a kept message whose content is kept apart, once, by its SHA-256: media, or the text of a large resource. It is put back before it is sent.</summary>
/// <param name="hash">SHA-256 of the content.</param>
/// <param name="mediaType">What the bytes are; null: text in UTF-8.</param>
public sealed class KeptPart(string hash, string? mediaType) : AIContent
{
    /// <summary>SHA-256 of the content in lower-case hexadecimal.</summary>
    public string Hash => hash;

    /// <summary>What the bytes are; null: text in UTF-8.</summary>
    public string? MediaType => mediaType;

    /// <summary>The media's name, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>Length in bytes.</summary>
    public long Size { get; init; }
}
