using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Files;

/// <summary>Takes large contents out of messages that are kept, and puts them back into messages that are sent or shown.</summary>
public sealed class KeptParts(IContentStore contents)
{
    /// <summary>Texts of resources up to this length stay in the message.</summary>
    internal const int ShortText = 4096;

    /// <summary>Messages with their media, and the texts of their large resources, kept apart.</summary>
    public async ValueTask<IReadOnlyList<ChatMessage>> DetachAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (!messages.Any(message => message.Contents.Any(IsLarge))) return messages;
        var kept = new List<ChatMessage>(messages.Count);
        foreach (var message in messages)
        {
            var copy = Like(message);
            foreach (var part in message.Contents) copy.Contents.Add(IsLarge(part) ? await DetachAsync(part, cancellationToken) : part);
            kept.Add(copy);
        }
        return kept;
    }

    /// <summary>A message with all its contents in it. One that is gone becomes a text that says so.</summary>
    public async ValueTask<ChatMessage> AttachAsync(ChatMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.Contents.Any(part => part is KeptPart)) return message;
        var whole = Like(message);
        foreach (var part in message.Contents) whole.Contents.Add(part is KeptPart kept ? await AttachAsync(kept, cancellationToken) : part);
        return whole;
    }

    /// <summary>The bytes of a content; null when there is none with this hash.</summary>
    public async ValueTask<byte[]?> BytesAsync(string hash, CancellationToken cancellationToken)
    {
        if (await contents.OpenAsync(hash, cancellationToken) is not { } stream) return null;
        await using (stream)
        {
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
    }

    /// <summary>Keeps bytes; their SHA-256.</summary>
    public async ValueTask<string> KeepAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return (await contents.KeepAsync(stream, long.MaxValue, cancellationToken)).Hash;
    }

    internal static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static ChatMessage Like(ChatMessage message) => new(message.Role, (string?)null) { AuthorName = message.AuthorName, MessageId = message.MessageId, AdditionalProperties = message.AdditionalProperties };

    private async ValueTask<AIContent> AttachAsync(KeptPart part, CancellationToken cancellationToken)
    {
        AIContent content = await BytesAsync(part.Hash, cancellationToken) is not { } bytes ? new TextContent($"[{part.Name ?? part.MediaType ?? "text"}: its content is gone]")
            : part.MediaType is { } type ? new DataContent(bytes, type) { Name = part.Name }
            : new TextContent(Encoding.UTF8.GetString(bytes));
        content.AdditionalProperties = part.AdditionalProperties;
        return content;
    }

    private async ValueTask<AIContent> DetachAsync(AIContent part, CancellationToken cancellationToken)
    {
        var (bytes, type, name) = part is DataContent data ? (data.Data, data.MediaType, data.Name) : (Encoding.UTF8.GetBytes(((TextContent)part).Text), null, null);
        return new KeptPart(await KeepAsync(bytes, cancellationToken), type) { Name = name, Size = bytes.Length, AdditionalProperties = part.AdditionalProperties };
    }

    private static bool IsLarge(AIContent part) => part is DataContent || (part is TextContent { Text.Length: > ShortText } && MessageParts.ResourceOf(part) is not null);
}
