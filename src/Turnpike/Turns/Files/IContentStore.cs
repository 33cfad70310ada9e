namespace Turnpike.Turns.Files;

/// <summary>Keeps bytes, each content once, by its SHA-256.</summary>
public interface IContentStore
{
    /// <summary>Reads a stream to its end and keeps what it held; the same content is kept once. Nothing is held in memory as a whole.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="most">The most bytes that are taken.</param>
    /// <param name="cancellationToken">Stops reading; nothing is kept.</param>
    /// <exception cref="TurnException"><c>request_too_large</c>: there are more bytes; <c>storage_unavailable</c>: they cannot be written.</exception>
    Task<KeptContent> KeepAsync(Stream content, long most, CancellationToken cancellationToken);

    /// <summary>The bytes of a content, to be read once; null when there is none with this hash.</summary>
    Task<Stream?> OpenAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Removes contents that nothing refers to and that were last kept before a moment; returns how many.</summary>
    Task<int> CleanAsync(DateTimeOffset keptBefore, CancellationToken cancellationToken);
}

/// <summary>A content that is kept.</summary>
/// <param name="Hash">SHA-256 of the bytes in lower-case hexadecimal.</param>
/// <param name="Size">Their number.</param>
/// <param name="Head">The first of them, at most 4 KiB.</param>
public sealed record KeptContent(string Hash, long Size, ReadOnlyMemory<byte> Head);
