using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible;

/// <summary>A turn's events with a beginning: a turn that ended while it waited for another one has only an end in its log.</summary>
internal static class FaceEvents
{
    /// <summary>All events of a turn that has ended.</summary>
    public static async ValueTask<IReadOnlyList<TurnEvent>> ReadAsync(ITurnLog log, string turn, CancellationToken cancellationToken) => Whole(await log.ReadAsync(turn, 0, int.MaxValue, cancellationToken));

    /// <summary>The first events of a turn, with a beginning if they have none.</summary>
    public static IReadOnlyList<TurnEvent> Whole(IReadOnlyList<TurnEvent> first) => first is [] or [TurnStarted, ..] ? first : [Began(first[0].Turn, first[0].Conversation, first[0].At, "", null), .. first];

    /// <summary>The beginning of a turn that waits for another one.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="face">What its face says again; null: nothing.</param>
    public static TurnStarted Waiting(Turn turn, JsonElement? face) => Began(turn.Id, turn.Conversation, turn.CreatedAt, turn.Model, face);

    private static TurnStarted Began(string turn, string conversation, DateTimeOffset at, string model, JsonElement? face)
    {
        var started = new TurnStarted { Model = model, Face = face, Queued = true };
        started.Place(turn, conversation, 0, at);
        return started;
    }
}
