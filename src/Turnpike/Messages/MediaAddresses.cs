using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Web;

namespace Turnpike.Messages;

/// <summary>Looks at the addresses of media that a provider fetches by itself: who writes one must not have it ask a private network in their place.</summary>
internal static class MediaAddresses
{
    /// <exception cref="TurnException"><c>resource_failed</c>: an address names this machine or a private network, and is not allowed.</exception>
    public static void Check(GuardedClient web, IEnumerable<ChatMessage> messages, string field)
    {
        foreach (var message in messages)
            foreach (var part in message.Contents)
                if (Refusal(web, part) is { } why) throw new TurnException(TurnErrorCode.ResourceFailed, $"A picture or file cannot be sent by its address: {why}") { Field = field };
    }

    /// <summary>A message of an earlier turn, with words in place of what cannot be sent: a conversation that was brought along goes on without it.</summary>
    public static ChatMessage Without(GuardedClient web, ChatMessage message, TurnDraft draft)
    {
        List<AIContent>? left = null;
        for (var i = 0; i < message.Contents.Count; i++)
        {
            if (Refusal(web, message.Contents[i]) is not { } why) continue;
            (left ??= [.. message.Contents])[i] = new TextContent("[a picture or file is left out: its address is private]");
            draft.Warn("address_left_out", $"A picture or file of an earlier message is not sent: {why}");
        }
        return left is null ? message : new(message.Role, left) { AuthorName = message.AuthorName, MessageId = message.MessageId, AdditionalProperties = message.AdditionalProperties };
    }

    private static string? Refusal(GuardedClient web, AIContent part)
    {
        if (part is not UriContent { Uri: { IsAbsoluteUri: true, Scheme: "http" or "https" } address }) return null;
        try
        {
            web.Check(address);
            return null;
        }
        catch (WebRefusal refusal)
        {
            return refusal.Message;
        }
    }
}
