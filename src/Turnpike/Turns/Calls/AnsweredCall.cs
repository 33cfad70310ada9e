namespace Turnpike.Turns.Calls;

/// <summary>A call that waited, with its answer.</summary>
/// <param name="Turn">The turn that made the call.</param>
/// <param name="Call">The call.</param>
/// <param name="Answer">What was said.</param>
public sealed record AnsweredCall(string Turn, OpenCall Call, CallAnswer Answer)
{
    /// <summary>Whether its tool runs now; otherwise the answer is the result, or the refusal.</summary>
    internal bool Runs => Call.Kind != OpenCall.Client && (Call.Kind != OpenCall.Approval || Answer.Approved == true);
}
