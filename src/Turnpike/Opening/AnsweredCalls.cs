using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Stores;

namespace Turnpike.Opening;

/// <summary>Joins the answers of a request with the calls that its parent turn left open: all of them, once each.</summary>
internal sealed class AnsweredCalls(IOpenCallStore calls)
{
    private const string Field = "answers";

    /// <exception cref="TurnException"><c>request_invalid</c>: an answer without its call, or a call without its answer; <c>idempotency_conflict</c>: an approval was answered otherwise before.</exception>
    public async ValueTask<IReadOnlyList<AnsweredCall>> OfAsync(IReadOnlyList<Turn> history, IReadOnlyList<CallAnswer> answers, CancellationToken cancellationToken)
    {
        if (history.Count == 0) throw CallAnswers.Unknown("", answers[0].CallId, [], Field);
        var parent = history[^1];
        var open = parent.OpenCalls.ToDictionary(call => call.CallId, StringComparer.Ordinal);
        foreach (var answer in answers)
        {
            if (!open.TryGetValue(answer.CallId, out var call)) throw CallAnswers.Unknown(parent.Id, answer.CallId, open.Keys, Field);
            CallAnswers.Check(call, answer, Field);
        }
        var given = answers.ToDictionary(answer => answer.CallId, StringComparer.Ordinal);
        var missing = parent.OpenCalls.Where(call => !given.ContainsKey(call.CallId)).Select(call => call.CallId).ToArray();
        if (missing.Length > 0) throw new TurnException(TurnErrorCode.RequestInvalid, $"All open calls of turn \"{parent.Id}\" must be answered at once; these are not: {string.Join(", ", missing)}.") { Field = Field, Narrower = "tool_output_missing" };
        var answered = parent.OpenCalls.Select(call => new AnsweredCall(parent.Id, call, given[call.CallId])).ToArray();
        if (!parent.OpenCalls.Any(call => call.Kind == OpenCall.Approval)) return answered;
        foreach (var (_, call, first) in await calls.AnsweredAsync(parent.Id, cancellationToken))
        {
            if (call.Kind == OpenCall.Approval && given.TryGetValue(call.CallId, out var answer) && first.Approved != answer.Approved) throw CallAnswers.Conflict(parent.Id, first);
        }
        return answered;
    }
}
