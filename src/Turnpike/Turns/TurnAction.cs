namespace Turnpike.Turns;

/// <summary>An effect outside the draft that a trigger asked for: run after the turn is committed; in a preview only listed.</summary>
/// <param name="Trigger">Namespace and method that asked for it.</param>
/// <param name="Description">What it does, for people.</param>
/// <param name="Run">Does it.</param>
public sealed record TurnAction(string Trigger, string Description, Func<CancellationToken, Task> Run);
