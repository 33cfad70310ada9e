using Microsoft.Extensions.AI;
using Turnpike.Messages.Resources;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages;

/// <summary>Files in messages that a caller gave: those that are text are sent as the text of a resource is, for a model reads them so, and few providers take them as files.</summary>
internal static class TextFiles
{
    public static ChatMessage Read(ChatMessage message)
    {
        if (message.Role != ChatRole.User || !message.Contents.Any(IsFile)) return message;
        return new(message.Role, [.. message.Contents.Select(part => IsFile(part) ? Text((DataContent)part) ?? part : part)]) { AuthorName = message.AuthorName };
    }

    private static bool IsFile(AIContent part) => part is DataContent data && !data.HasTopLevelMediaType("image") && !data.HasTopLevelMediaType("audio") && !data.HasTopLevelMediaType("video");

    private static TextContent? Text(DataContent file) => ResourceText.Readable(file.Data.Span, file.MediaType) is not var (text, title) ? null
        : new(ResourceBlock.Of([(new PartResource(file.Name ?? "file", "file", file.Name ?? title), text)]));
}
