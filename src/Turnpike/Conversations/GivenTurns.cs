using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Conversations;

/// <summary>Keeps messages in a conversation without asking a model: a given turn, completed from the start.</summary>
public sealed class GivenTurns(ITurnStore turns, IConversationStore conversations, KeptParts kept, TimeProvider time)
{
    private const int MostTries = 50; // each that fails was overtaken by one that was kept

    /// <summary>Keeps messages as one turn of a conversation.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="parent">The turn they come after; null: the head, whichever it is by then, or for results of calls the one that made them.</param>
    /// <param name="messages">The messages, in order; at least one.</param>
    /// <param name="face">What the face that gives them says again when it shows them; null: nothing.</param>
    /// <param name="externalIds">Ids that the client made; their targets are filled in.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>conversation_not_found, conversation_busy, storage_unavailable</c>.</exception>
    public async Task<Turn> KeepAsync(string conversation, string? parent, IReadOnlyList<ChatMessage> messages, System.Text.Json.JsonElement? face, IReadOnlyList<ExternalId> externalIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(externalIds);
        var mayMove = parent is null && !IsAnswer(messages);
        for (var tries = 1; ; tries++)
        {
            var opened = await conversations.FindAsync(conversation, cancellationToken) ?? throw StoreErrors.NoConversation(conversation);
            try
            {
                return await KeepAsync(opened, parent ?? opened.Head, messages, face, externalIds, cancellationToken);
            }
            catch (TurnException busy) when (busy.Code == TurnErrorCode.ConversationBusy && mayMove && tries < MostTries)
            {
                if ((await conversations.FindAsync(conversation, cancellationToken))?.Head == opened.Head) throw; // it is busy; where others were kept meanwhile, these come behind them
            }
        }
    }

    private async Task<Turn> KeepAsync(Conversation opened, string? parent, IReadOnlyList<ChatMessage> messages, System.Text.Json.JsonElement? face, IReadOnlyList<ExternalId> externalIds, CancellationToken cancellationToken)
    {
        var turn = GivenMessages.Of(opened.Id, parent, await kept.DetachAsync(messages, cancellationToken), time.GetUtcNow());
        await turns.BeginAsync(GivenMessages.Begin(turn, opened, face) with
        {
            OnHead = parent == opened.Head,
            ExternalIds = [.. externalIds.Select(id => id with { Target = id.Kind == ExternalKinds.Conversation ? opened.Id : turn.Id })],
        }, cancellationToken);
        return turn;
    }

    /// <summary>Whether they answer calls of the turn before them, and have no place behind another one.</summary>
    private static bool IsAnswer(IReadOnlyList<ChatMessage> messages)
    {
        var calls = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ToHashSet(StringComparer.Ordinal);
        return messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Any(result => !calls.Contains(result.CallId));
    }
}
