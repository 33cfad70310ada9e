using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Files;

namespace Turnpike.Server.Compatible;

/// <summary>Uploaded files in messages that a caller gives: they stand there by id until they are loaded.</summary>
internal sealed class GivenFiles(IFileStore files, IContentStore contents)
{
    private const string Prefix = "turnpike://files/";

    public static AIContent Place(string id) => new UriContent(Prefix + Uri.EscapeDataString(id), "application/octet-stream");

    /// <summary>The messages with the bytes of their files in place.</summary>
    /// <exception cref="TurnException"><c>file_not_found</c>.</exception>
    public async Task<IReadOnlyList<ChatMessage>?> LoadAsync(IReadOnlyList<ChatMessage>? messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages ?? [])
        {
            for (var i = 0; i < message.Contents.Count; i++)
            {
                if (message.Contents[i] is UriContent { Uri.OriginalString: var uri } && uri.StartsWith(Prefix, StringComparison.Ordinal)) message.Contents[i] = await LoadAsync(Uri.UnescapeDataString(uri[Prefix.Length..]), cancellationToken);
            }
        }
        return messages;
    }

    private async Task<AIContent> LoadAsync(string id, CancellationToken cancellationToken)
    {
        var file = await files.FindAsync(id, cancellationToken);
        await using var content = file is null ? null : await contents.OpenAsync(file.Hash, cancellationToken);
        if (content is null) throw new TurnException(TurnErrorCode.FileNotFound, $"There is no file \"{id}\".") { Field = "file_id" };
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return new DataContent(bytes.ToArray(), file!.MediaType) { Name = file.Name };
    }
}
