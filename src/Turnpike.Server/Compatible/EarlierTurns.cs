using Turnpike.Pipeline;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible;

/// <summary>Finds the turns that requests began which are sent again with their idempotency key. What such a request goes on from may have gone on since, so nothing else of it is read.</summary>
internal sealed class EarlierTurns(ITurnStore turns)
{
    /// <summary>The turn that a request with the same key and body began before, with its answer stamped; null: there is none.</summary>
    /// <exception cref="TurnException"><c>idempotency_conflict</c>.</exception>
    public async Task<StartedTurn?> FindAsync(HttpContext http, FaceRequest request)
    {
        if (request.Key(http) is not { } key || await turns.FindByKeyAsync(key, http.RequestAborted) is not { } earlier) return null;
        if (earlier.RequestHash != request.SentHash()) throw new TurnException(TurnErrorCode.IdempotencyConflict, $"Idempotency key \"{key}\" was used for another request. Use a new key for a new request.") { Field = "idempotencyKey" };
        var turn = await turns.FindAsync(earlier.Turn, http.RequestAborted) ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no turn \"{earlier.Turn}\".") { Field = "turn" };
        TurnHeaders.Stamp(http, turn);
        return new(turn, Replayed: true) { OnDisconnect = request.Turn.OnDisconnect ?? OnDisconnect.Continue };
    }
}
