using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Server.Compatible;

/// <summary>
/// Uploaded files in messages and tool results that a caller gives: they stand there by id until they are loaded. As many are taken as a turn takes resources, each as
/// large as a resource may be, and together <see cref="Shares"/> times that; a file counts in each place where it stands, for it is sent there, and is read once.
/// </summary>
internal sealed class GivenFiles(IFileStore files, IContentStore contents, IOptions<ResourceOptions> options)
{
    private const string Prefix = "turnpike://files/";
    private const int Shares = 5;

    public static AIContent Place(string id) => new UriContent(Prefix + Uri.EscapeDataString(id), "application/octet-stream");

    /// <summary>The request, with the bytes of its files in place.</summary>
    /// <exception cref="TurnException"><c>file_not_found</c>; <c>resource_too_large</c>; <c>request_invalid</c>: they are too many.</exception>
    public async Task<TurnRequest> LoadAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        await FillAsync([.. Lists(request.History), .. Lists(request.Between), .. request.Answers.Select(answer => answer.Parts).OfType<IList<AIContent>>()], cancellationToken);
        return request;
    }

    /// <summary>The messages, with the bytes of their files in place.</summary>
    /// <inheritdoc cref="LoadAsync(TurnRequest, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<ChatMessage>?> LoadAsync(IReadOnlyList<ChatMessage>? messages, CancellationToken cancellationToken)
    {
        await FillAsync([.. Lists(messages)], cancellationToken);
        return messages;
    }

    private static IEnumerable<IList<AIContent>> Lists(IReadOnlyList<ChatMessage>? messages) => (messages ?? []).Select(message => message.Contents);

    private async Task FillAsync(IReadOnlyList<IList<AIContent>> lists, CancellationToken cancellationToken)
    {
        var places = lists.SelectMany(Places).ToArray();
        if (places.Length == 0) return;
        var found = await CheckedAsync(places, cancellationToken);
        var bytes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (parts, i, id) in places)
        {
            var file = found[id];
            if (!bytes.TryGetValue(file.Hash, out var content)) bytes[file.Hash] = content = await ReadAsync(file, cancellationToken);
            parts[i] = MessageParts.InDetail(MessageParts.DetailOf(parts[i]), new DataContent(content, file.MediaType) { Name = file.Name });
        }
    }

    private static IEnumerable<(IList<AIContent> Parts, int At, string Id)> Places(IList<AIContent> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is UriContent { Uri.OriginalString: var uri } && uri.StartsWith(Prefix, StringComparison.Ordinal)) yield return (parts, i, Uri.UnescapeDataString(uri[Prefix.Length..]));
            else if (parts[i] is FunctionResultContent { Result: AIContent[] shown }) foreach (var place in Places(shown)) yield return place;
        }
    }

    /// <summary>The files by their ids, when they may be loaded; none has been opened yet.</summary>
    private async Task<Dictionary<string, StoredFile>> CheckedAsync(IReadOnlyList<(IList<AIContent> Parts, int At, string Id)> places, CancellationToken cancellationToken)
    {
        var (limits, found, total) = (options.Value, new Dictionary<string, StoredFile>(StringComparer.Ordinal), 0L);
        foreach (var (_, _, id) in places)
        {
            if (!found.TryGetValue(id, out var file))
            {
                if (found.Count == limits.Most) throw Refused(TurnErrorCode.RequestInvalid, $"The earlier messages refer to more than {limits.Most} files; that many are taken (Turnpike:Resources:Most). Leave older ones out.");
                found[id] = file = await files.FindAsync(id, cancellationToken) ?? throw Missing(id);
                if (file.Size > limits.Bytes) throw Refused(TurnErrorCode.ResourceTooLarge, FormattableString.Invariant($"File \"{id}\" has {file.Size:N0} bytes; {limits.Bytes:N0} are taken (Turnpike:Resources:Bytes). Send a smaller one."));
            }
            total += file.Size;
            if (total > (long)limits.Bytes * Shares) throw Refused(TurnErrorCode.ResourceTooLarge, FormattableString.Invariant($"The files in the earlier messages have more than {(long)limits.Bytes * Shares:N0} bytes together; {Shares} times Turnpike:Resources:Bytes are taken. Leave older ones out."));
        }
        return found;
    }

    private async Task<byte[]> ReadAsync(StoredFile file, CancellationToken cancellationToken)
    {
        await using var content = await contents.OpenAsync(file.Hash, cancellationToken) ?? throw Missing(file.Id);
        using var bytes = new MemoryStream((int)file.Size);
        await content.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private static TurnException Missing(string id) => Refused(TurnErrorCode.FileNotFound, $"There is no file \"{id}\".");

    private static TurnException Refused(TurnErrorCode code, string message) => new(code, message) { Field = "file_id" };
}
