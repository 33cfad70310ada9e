using Turnpike.Turns;

namespace Turnpike.Pipeline;

/// <summary>A turn that is saved and runs.</summary>
/// <param name="Turn">The turn as saved.</param>
/// <param name="Replayed">Whether an earlier request with the same idempotency key had begun it.</param>
public sealed record StartedTurn(Turn Turn, bool Replayed)
{
    /// <summary>What becomes of it when its client leaves, as its request or else its prompt says; one whose request has an idempotency key goes on, for it will be asked for again. Null: nobody says, or it waits for another one and its prompt is not looked at yet.</summary>
    public OnDisconnect? OnDisconnect { get; init; }
}
