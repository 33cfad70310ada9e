using Microsoft.Extensions.AI;
using Turnpike.Turns;
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
                if (part is UriContent { Uri: { IsAbsoluteUri: true, Scheme: "http" or "https" } address }) Check(web, address, field);
    }

    private static void Check(GuardedClient web, Uri address, string field)
    {
        try
        {
            web.Check(address);
        }
        catch (WebRefusal refusal)
        {
            throw new TurnException(TurnErrorCode.ResourceFailed, $"A picture or file cannot be sent by its address: {refusal.Message}") { Field = field };
        }
    }
}
