using Microsoft.Extensions.AI;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns;

/// <summary>Messages that a caller gave as a turn of their own: no model was asked, and it has ended from the start.</summary>
internal static class GivenMessages
{
    private const string Model = "given";

    /// <summary>The turn.</summary>
    public static Turn Of(string conversation, string? parent, IReadOnlyList<ChatMessage> messages, DateTimeOffset now) => new()
    {
        Id = Ids.New("turn"),
        Conversation = conversation,
        Parent = parent,
        Status = TurnStatus.Completed,
        Messages = messages,
        Answer = string.Join("\n\n", messages.Where(message => message.Role == ChatRole.Assistant).Select(message => message.Text)),
        Model = Model,
        Given = true,
        CreatedAt = now,
        EndedAt = now,
    };

    /// <summary>What is kept of it; its conversation's head is on it from then on.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="opened">The conversation as it was.</param>
    /// <param name="face">What the face that gives the messages says again when it shows them; null: nothing.</param>
    public static TurnBeginning Begin(Turn turn, Conversation opened, System.Text.Json.JsonElement? face = null)
    {
        var (started, last) = (new TurnStarted { Parent = turn.Parent, Model = turn.Model, Face = face }, new TurnCompleted { Usage = TurnUsage.None });
        started.Place(turn.Id, turn.Conversation, 1, turn.CreatedAt);
        last.Place(turn.Id, turn.Conversation, 2, turn.CreatedAt);
        return new()
        {
            Turn = turn,
            Opened = opened,
            Conversation = opened with { Head = turn.Id, UpdatedAt = turn.CreatedAt },
            Request = "{}"u8.ToArray(),
            Trace = [],
            Started = started,
            Rest = [last],
            Node = Model,
            LeaseUntil = turn.CreatedAt,
        };
    }
}
