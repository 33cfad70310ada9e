using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Messages;

/// <summary>Messages that the caller gives: a prompt's examples go before the first message of the user, and its user message is merged into that one.</summary>
internal static class GivenHistory
{
    public static bool HasUser(IReadOnlyList<ChatMessage> given) => given.Any(message => message.Role == ChatRole.User);

    public static IReadOnlyList<ChatMessage> Merged(IReadOnlyList<ChatMessage> given, RenderedPrompt prompt)
    {
        var merged = new List<ChatMessage>(given.Count + prompt.Examples.Count);
        var isMerged = false;
        foreach (var message in given)
        {
            if (isMerged || message.Role != ChatRole.User)
            {
                merged.Add(message);
                continue;
            }
            isMerged = true;
            merged.AddRange(prompt.Examples);
            merged.Add(prompt.User is { } template ? new(ChatRole.User, [.. UserMessage.Merged(template, [.. message.Contents.Where(part => part is not TextContent text || !string.IsNullOrWhiteSpace(text.Text)).Select(Typed)])]) { AuthorName = message.AuthorName } : message);
        }
        return merged;
    }

    private static AIContent Typed(AIContent part) => part is TextContent text ? MessageParts.From(MessageParts.Typed, new TextContent(text.Text)) : part;
}
