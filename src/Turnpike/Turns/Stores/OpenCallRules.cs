using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Stores;

/// <summary>What every store of open calls asks of an answer.</summary>
internal static class OpenCallRules
{
    /// <summary>Asks it of answers that come together: two to one call are one after the other.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="answers">The answers.</param>
    /// <param name="known">A call of the turn with the answer that it has, by its id; nulls: there is none.</param>
    /// <exception cref="TurnException">An answer does not fit its call, or the call does not take it any more. None of them counts then.</exception>
    public static void Check(Turn turn, IReadOnlyList<CallAnswer> answers, Func<string, (OpenCall? Call, CallAnswer? First)> known)
    {
        var before = new Dictionary<string, CallAnswer>(StringComparer.Ordinal);
        foreach (var answer in answers)
        {
            var (call, first) = known(answer.CallId);
            Check(turn, answer, call, first);
            if (!before.TryAdd(answer.CallId, answer) && !before[answer.CallId].Says(answer)) throw CallAnswers.Conflict(turn.Id, before[answer.CallId]);
        }
    }

    /// <exception cref="TurnException">The answer does not fit its call, or the call does not take it any more.</exception>
    private static void Check(Turn turn, CallAnswer answer, OpenCall? call, CallAnswer? first)
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
