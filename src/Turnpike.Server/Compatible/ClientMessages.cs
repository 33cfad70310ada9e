using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible;

/// <summary>Finds turns by the ids that clients made for the user's messages. Such an id says something within its conversation only: another one may have the same.</summary>
internal static class ClientMessages
{
    /// <summary>The turn of a conversation that had a user's message of this id; null when there is none.</summary>
    public static async ValueTask<Turn?> FindAsync(ITurnStore turns, string owner, Conversation conversation, string id, CancellationToken cancellationToken)
    {
        return await NamedAsync(ExternalId.OfMessage(conversation.Id, id)) ?? await NamedAsync(id); // as it was kept before conversations were told apart

        async ValueTask<Turn?> NamedAsync(string named) =>
            await turns.FindExternalAsync(owner, ExternalKinds.UserMessage, named, cancellationToken) is { } target && await turns.FindAsync(target, cancellationToken) is { } turn && turn.Conversation == conversation.Id ? turn : null;
    }
}
