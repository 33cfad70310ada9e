namespace Turnpike.Turns.Calls;

/// <summary>A call that waited, with its answer.</summary>
/// <param name="Turn">The turn that made the call.</param>
/// <param name="Call">The call.</param>
/// <param name="Answer">What was said.</param>
public sealed record AnsweredCall(string Turn, OpenCall Call, CallAnswer Answer);
