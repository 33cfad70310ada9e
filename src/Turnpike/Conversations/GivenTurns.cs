using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Conversations;

/// <summary>Keeps messages in a conversation without asking a model: a given turn, completed from the start.</summary>
public sealed class GivenTurns(ITurnStore turns, IConversationStore conversations, TimeProvider time)
{
    /// <summary>Keeps messages as one turn on the head of a conversation.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="messages">The messages, in order; at least one.</param>
    /// <param name="face">What the face that gives them says again when it shows them; null: nothing.</param>
    /// <param name="externalIds">Ids that the client made; their targets are filled in.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>conversation_not_found, conversation_busy, storage_unavailable</c>.</exception>
    public async Task<Turn> KeepAsync(string conversation, IReadOnlyList<ChatMessage> messages, System.Text.Json.JsonElement? face, IReadOnlyList<ExternalId> externalIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(externalIds);
        var opened = await conversations.FindAsync(conversation, cancellationToken) ?? throw StoreErrors.NoConversation(conversation);
        var now = time.GetUtcNow();
        var begun = new Turn { Id = Ids.New("turn"), Conversation = conversation, Parent = opened.Head, Status = TurnStatus.Running, Messages = messages, Model = "given", Given = true, CreatedAt = now };
        var started = new TurnStarted { Parent = opened.Head, Model = begun.Model, Face = face };
        started.Place(begun.Id, conversation, 1, now);
        await turns.BeginAsync(new()
        {
            Turn = begun,
            Opened = opened,
            Conversation = opened with { Head = begun.Id, UpdatedAt = now },
            OnHead = true,
            Request = "{}"u8.ToArray(),
            Trace = [],
            Started = started,
            ExternalIds = [.. externalIds.Select(id => id with { Target = id.Kind == ExternalKinds.Conversation ? conversation : begun.Id })],
            Node = "given",
            LeaseUntil = now + TimeSpan.FromMinutes(1),
        }, cancellationToken);
        var last = new TurnCompleted { Usage = TurnUsage.None };
        last.Place(begun.Id, conversation, 2, now);
        var ended = begun with { Status = TurnStatus.Completed, Answer = string.Join("\n\n", messages.Where(message => message.Role == ChatRole.Assistant).Select(message => message.Text)), EndedAt = now };
        await turns.EndAsync(ended, [], last, CancellationToken.None);
        return ended;
    }
}
