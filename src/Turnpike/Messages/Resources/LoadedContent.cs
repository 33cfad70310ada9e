namespace Turnpike.Messages.Resources;

/// <summary>What a resource holds: a text, bytes, or an address that the provider reads itself.</summary>
/// <param name="Text">The text, as the model reads it.</param>
/// <param name="Bytes">The bytes of media.</param>
/// <param name="MediaType">What they are.</param>
/// <param name="Address">An address that is handed on.</param>
internal sealed record LoadedContent(string? Text = null, ReadOnlyMemory<byte> Bytes = default, string? MediaType = null, Uri? Address = null)
{
    /// <summary>What the source calls this version.</summary>
    public string? Version { get; init; }
    /// <summary>A title for a resource that has none.</summary>
    public string? Title { get; init; }
    /// <summary>The content's hash, when it is kept already.</summary>
    public string? Hash { get; init; }
}
