namespace Turnpike.Triggers;

/// <summary>An effect outside the draft: run after the turn is committed; in a preview only listed.</summary>
/// <param name="Trigger">Namespace and method that asked for it.</param>
/// <param name="Description">What it does, for people.</param>
/// <param name="Run">Does it.</param>
public sealed record TriggerAction(string Trigger, string Description, Func<CancellationToken, Task> Run);
