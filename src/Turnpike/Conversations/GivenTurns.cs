using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Conversations;

/// <summary>Keeps messages in a conversation without asking a model: a given turn, completed from the start.</summary>
public sealed class GivenTurns(ITurnStore turns, IConversationStore conversations, TimeProvider time)
{
    /// <summary>Keeps messages as one turn of a conversation.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="parent">The turn they come after; null: the head.</param>
    /// <param name="messages">The messages, in order; at least one.</param>
    /// <param name="face">What the face that gives them says again when it shows them; null: nothing.</param>
    /// <param name="externalIds">Ids that the client made; their targets are filled in.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>conversation_not_found, conversation_busy, storage_unavailable</c>.</exception>
    public async Task<Turn> KeepAsync(string conversation, string? parent, IReadOnlyList<ChatMessage> messages, System.Text.Json.JsonElement? face, IReadOnlyList<ExternalId> externalIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(externalIds);
        var opened = await conversations.FindAsync(conversation, cancellationToken) ?? throw StoreErrors.NoConversation(conversation);
        var turn = GivenMessages.Of(conversation, parent ?? opened.Head, messages, time.GetUtcNow());
        await turns.BeginAsync(GivenMessages.Begin(turn, opened, face) with
        {
            OnHead = parent is null || parent == opened.Head,
            ExternalIds = [.. externalIds.Select(id => id with { Target = id.Kind == ExternalKinds.Conversation ? conversation : turn.Id })],
        }, cancellationToken);
        return turn;
    }
}
