using System.Text.Json;

namespace Turnpike.Turns.Calls;

/// <summary>What an answer must be to fit its call.</summary>
public static class CallAnswers
{
    private const int LongestReason = 2000;

    /// <param name="call">The call.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="field">The field of the request that holds answers; null: the answer is the request.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>: the answer is of the wrong kind.</exception>
    public static void Check(OpenCall call, CallAnswer answer, string? field = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(answer);
        if (call.Kind == OpenCall.Approval && answer.Approved is null) throw Invalid($"Call \"{call.CallId}\" of \"{call.Name}\" waits for a yes or no: send \"approved\" true or false.", field ?? "approved");
        if (call.Kind == OpenCall.Approval && answer.Output is { ValueKind: not JsonValueKind.Null }) throw Invalid($"Call \"{call.CallId}\" of \"{call.Name}\" is run by the server: send \"approved\", no \"output\".", field ?? "output");
        if (call.Kind == OpenCall.Client && answer.Output is null && !answer.IsError && answer.Approved is not false) throw Invalid($"Call \"{call.CallId}\" of \"{call.Name}\" is executed by the client: send its \"output\".", field ?? "output");
        if (call.Kind == OpenCall.InputKind && InputAnswers.Fault(call, answer) is { } fault) throw Invalid($"Call \"{call.CallId}\" of \"{call.Name}\" asks for input: {fault}.", field ?? "output");
        if (answer.Reason?.Length > LongestReason) throw Invalid(FormattableString.Invariant($"The reason has {answer.Reason.Length:N0} characters; {LongestReason:N0} are taken."), field ?? "reason");
    }

    /// <summary>A call that the turn does not have, or that waits no longer.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="call">The call's id.</param>
    /// <param name="open">The ids of the calls that wait.</param>
    /// <param name="field">The field of the request that holds answers; null: the answer is the request.</param>
    public static TurnException Unknown(string turn, string call, IEnumerable<string> open, string? field = null)
    {
        var known = open.ToArray();
        return Invalid($"Turn \"{turn}\" has no open call \"{call}\".{(known.Length == 0 ? " None of its calls waits." : Nearest.Hint(call, known))}", field ?? "callId", "tool_call_unknown");
    }

    /// <summary>Another answer than the one that counts.</summary>
    public static TurnException Conflict(string turn, CallAnswer first)
    {
        ArgumentNullException.ThrowIfNull(first);
        var said = first.Approved switch { true => "approved", false => "refused", null => "answered" };
        return new(TurnErrorCode.IdempotencyConflict, $"Call \"{first.CallId}\" of turn \"{turn}\" was {said} before{(first.Reason is { } reason ? $" ({reason})" : "")}; the first answer counts.") { Field = "callId" };
    }

    private static TurnException Invalid(string message, string field, string? narrower = null) => new(TurnErrorCode.RequestInvalid, message) { Field = field, Narrower = narrower };
}
