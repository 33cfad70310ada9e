namespace Turnpike.Turns.Resources;

/// <summary>
/// Loads the content of resources of one kind, so that an existing system's things can be attached by reference. What it throws makes the resource
/// <c>failed</c> and stops the turn as <c>resource_failed</c> with the exception's message; a <c>refresh</c> that fails leaves the content of before, with a warning.
/// </summary>
public interface IResourceLoader
{
    /// <summary>The kind, for example <c>task</c>. A host's loader of a kind that there is already takes its place.</summary>
    string Kind { get; }

    /// <summary>Loads the content. Called while turns are prepared and previewed, so it must change nothing.</summary>
    /// <param name="source">What was attached: usually its <see cref="ResourceInput.Ref"/> or <see cref="ResourceInput.Url"/> says what to load.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <returns>The content; null when there is no such thing (<c>resource_not_found</c>).</returns>
    ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken);
}

/// <summary>What a loader is asked for.</summary>
public sealed record ResourceSource
{
    /// <summary>The resource as it was attached.</summary>
    public required ResourceInput Resource { get; init; }
    /// <summary>The conversation that it is for.</summary>
    public required string Conversation { get; init; }
    /// <summary>Who asks; null: nobody in particular.</summary>
    public string? User { get; init; }
    /// <summary>The version that was loaded before, if any: a loader may answer <see cref="ResourceContent.Unchanged"/>.</summary>
    public string? Version { get; init; }
}

/// <summary>The content of a resource: a text, or bytes with their type.</summary>
public sealed record ResourceContent
{
    /// <summary>The content of before still stands.</summary>
    public static ResourceContent Unchanged { get; } = new();

    /// <summary>The text.</summary>
    public string? Text { get; init; }
    /// <summary>The bytes, when it is not a text.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }
    /// <summary>What the bytes are; required with <see cref="Data"/>.</summary>
    public string? MediaType { get; init; }
    /// <summary>A title for a resource that has none.</summary>
    public string? Title { get; init; }
    /// <summary>What the source calls this version, for example an ETag.</summary>
    public string? Version { get; init; }
}
