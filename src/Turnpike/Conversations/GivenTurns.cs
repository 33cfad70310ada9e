using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
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
        var now = time.GetUtcNow();
        var turn = new Turn
        {
            Id = Ids.New("turn"),
            Conversation = conversation,
            Parent = parent ?? opened.Head,
            Status = TurnStatus.Completed,
            Messages = messages,
            Answer = string.Join("\n\n", messages.Where(message => message.Role == ChatRole.Assistant).Select(message => message.Text)),
            Model = "given",
            Given = true,
            CreatedAt = now,
            EndedAt = now,
        };
        var (started, last) = (new TurnStarted { Parent = turn.Parent, Model = turn.Model, Face = face }, new TurnCompleted { Usage = TurnUsage.None });
        started.Place(turn.Id, conversation, 1, now);
        last.Place(turn.Id, conversation, 2, now);
        await turns.BeginAsync(new()
        {
            Turn = turn,
            Opened = opened,
            Conversation = opened with { Head = turn.Id, UpdatedAt = now },
            OnHead = parent is null || parent == opened.Head,
            Request = "{}"u8.ToArray(),
            Trace = [],
            Started = started,
            Rest = [last],
            ExternalIds = [.. externalIds.Select(id => id with { Target = id.Kind == ExternalKinds.Conversation ? conversation : turn.Id })],
            Node = "given",
            LeaseUntil = now,
        }, cancellationToken);
        return turn;
    }
}
