namespace Turnpike.Turns.Calls;

/// <summary>A tool call that waits for somebody outside. It is kept, so it survives a restart, and is answered once.</summary>
public sealed record OpenCall
{
    /// <summary>A call that waits for a yes or no.</summary>
    public const string Approval = "approval";
    /// <summary>A call that the client executes.</summary>
    public const string Client = "client";
    /// <summary>A call whose tool asks a person something.</summary>
    public const string InputKind = "input";

    /// <summary>The call's id, unique in its turn.</summary>
    public required string CallId { get; init; }
    /// <summary>The tool's name as the model sees it.</summary>
    public required string Name { get; init; }
    /// <summary>The arguments, as JSON text: those shown are those used.</summary>
    public required string Arguments { get; init; }
    /// <summary><c>approval</c>, <c>client</c> or <c>input</c>.</summary>
    public required string Kind { get; init; }
    /// <summary>The source of the tool.</summary>
    public required string Source { get; init; }
    /// <summary>The name the tool is chosen by; null: as the model sees it.</summary>
    public string? Tool { get; init; }
    /// <summary>The step it was made in, from 1.</summary>
    public int Step { get; init; }
    /// <summary>Why it is asked.</summary>
    public string? Reason { get; init; }
    /// <summary>What its tool asks, of kind <c>input</c>.</summary>
    public AskedInput? Input { get; init; }
    /// <summary>When it counts as answered with no, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
