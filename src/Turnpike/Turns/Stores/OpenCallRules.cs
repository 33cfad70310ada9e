using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Stores;

/// <summary>What every store of open calls asks of an answer.</summary>
internal static class OpenCallRules
{
    /// <exception cref="TurnException">The answer does not fit its call, or the call does not take it any more.</exception>
    public static void Check(Turn turn, CallAnswer answer, OpenCall? call, CallAnswer? first)
    {
        if (call is null) throw CallAnswers.Unknown(turn.Id, answer.CallId, turn.OpenCalls.Select(open => open.CallId));
        CallAnswers.Check(call, answer);
        if (first is not null && !first.Says(answer)) throw CallAnswers.Conflict(turn.Id, first);
        if (first is null && turn.Status != TurnStatus.Waiting)
            throw new TurnException(TurnErrorCode.IdempotencyConflict, turn.HasEnded && turn.OpenCalls.Count > 0
                ? $"Turn \"{turn.Id}\" handed its calls over: answer call \"{answer.CallId}\" with a turn whose \"parent\" it is and whose \"answers\" say it."
                : $"Call \"{answer.CallId}\" waits no longer: turn \"{turn.Id}\" is {turn.Status.ToString().ToLowerInvariant()}.")
            { Field = "callId" };
    }

    public static TurnException NoTurn(string turn) => new(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\".") { Field = "id" };
}
