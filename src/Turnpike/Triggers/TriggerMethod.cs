namespace Turnpike.Triggers;

/// <summary>One thing that a trigger can do.</summary>
public sealed record TriggerMethod
{
    /// <summary>Its name in its namespace: a letter, then letters, digits, <c>_</c> and <c>-</c>; compared without case.</summary>
    public required string Name { get; init; }
    /// <summary>Other names: in the same namespace (<c>use</c>) or in another (<c>template.use</c>).</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
    /// <summary>What it does, in one sentence.</summary>
    public required string Description { get; init; }
    /// <summary>Its arguments, in order.</summary>
    public IReadOnlyList<TriggerArgument> Arguments { get; init; } = [];
    /// <summary>A whole trigger as somebody would type it.</summary>
    public required string Example { get; init; }
    /// <summary>Whether it is meant when the namespace stands without a method.</summary>
    public bool IsDefault { get; init; }
    /// <summary>What a second one in the same text means.</summary>
    public TriggerRepeat Repeat { get; init; }
    /// <summary>Whether a <c>!</c> can make it the conversation's setting.</summary>
    public bool CanStick { get; init; } = true;
    /// <summary>Whether it may name a variable that only a trigger behind it brings: then it is run once more behind all others.</summary>
    internal bool Waits { get; init; }
    /// <summary>
    /// Does it: changes the draft of the invocation. When it throws, what it had changed is undone, its trigger stays text with a warning, and the
    /// turn goes on (under policy <c>reject</c> the turn is refused).
    /// </summary>
    public required Func<TriggerInvocation, CancellationToken, ValueTask> Handler { get; init; }
}

/// <summary>What a second trigger of the same method in one text means.</summary>
public enum TriggerRepeat
{
    /// <summary>The last one counts; a warning says so.</summary>
    LastWins,
    /// <summary>Their values are taken together; a warning says so.</summary>
    Unites,
    /// <summary>Each stands for itself; nothing is said.</summary>
    Independent,
}
