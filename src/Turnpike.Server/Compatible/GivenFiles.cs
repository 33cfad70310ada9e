using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Files;

namespace Turnpike.Server.Compatible;

/// <summary>Uploaded files in messages and tool results that a caller gives: they stand there by id until they are loaded.</summary>
internal sealed class GivenFiles(IFileStore files, IContentStore contents)
{
    private const string Prefix = "turnpike://files/";

    public static AIContent Place(string id) => new UriContent(Prefix + Uri.EscapeDataString(id), "application/octet-stream");

    /// <summary>The messages with the bytes of their files in place.</summary>
    /// <exception cref="TurnException"><c>file_not_found</c>.</exception>
    public async Task<IReadOnlyList<ChatMessage>?> LoadAsync(IReadOnlyList<ChatMessage>? messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages ?? []) await LoadAsync(message.Contents, cancellationToken);
        return messages;
    }

    /// <summary>The answers with the bytes of their files in place.</summary>
    /// <exception cref="TurnException"><c>file_not_found</c>.</exception>
    public async Task<IReadOnlyList<CallAnswer>> LoadAsync(IReadOnlyList<CallAnswer> answers, CancellationToken cancellationToken)
    {
        foreach (var parts in answers.Select(answer => answer.Parts).OfType<IList<AIContent>>()) await LoadAsync(parts, cancellationToken);
        return answers;
    }

    private async Task LoadAsync(IList<AIContent> parts, CancellationToken cancellationToken)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is UriContent { Uri.OriginalString: var uri } && uri.StartsWith(Prefix, StringComparison.Ordinal)) parts[i] = MessageParts.InDetail(MessageParts.DetailOf(parts[i]), await LoadAsync(Uri.UnescapeDataString(uri[Prefix.Length..]), cancellationToken));
            else if (parts[i] is FunctionResultContent { Result: AIContent[] shown }) await LoadAsync(shown, cancellationToken);
        }
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
