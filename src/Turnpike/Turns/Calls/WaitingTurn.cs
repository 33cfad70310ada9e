namespace Turnpike.Turns.Calls;

/// <summary>A turn that waited and was claimed to go on.</summary>
/// <param name="Turn">The turn as kept.</param>
/// <param name="State">What it needs to go on.</param>
/// <param name="Answers">The answers to its open calls, in the order of the calls; fewer when it is claimed to be ended.</param>
public sealed record WaitingTurn(Turn Turn, WaitingState State, IReadOnlyList<AnsweredCall> Answers);
