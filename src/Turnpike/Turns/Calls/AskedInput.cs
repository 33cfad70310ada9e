namespace Turnpike.Turns.Calls;

/// <summary>What a tool wants to know from a person before it can go on. A function returns it in place of a result, if it was given an <see cref="InputExchange"/>; it is then called again with what was answered.</summary>
public sealed record AskedInput
{
    /// <summary>The questions by the tool's own names for them; at least one.</summary>
    public required IReadOnlyDictionary<string, InputQuestion> Questions { get; init; }
    /// <summary>What the tool wants back with the answers; nothing to us.</summary>
    public string? State { get; init; }
}
