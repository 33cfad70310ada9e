namespace Turnpike.Prompts.Variables;

/// <summary>What computed variables are computed from.</summary>
public sealed record VariableContext
{
    /// <summary>When the turn was opened, UTC.</summary>
    public required DateTimeOffset OpenedAt { get; init; }
    /// <summary>IANA name of the person's time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }
    /// <summary>The person's name, if known.</summary>
    public string? UserName { get; init; }
    /// <summary>The conversation's id.</summary>
    public required string ConversationId { get; init; }
    /// <summary>Which turn of its branch it is, from 1.</summary>
    public required int TurnNumber { get; init; }
    /// <summary>The model's id, if one is chosen.</summary>
    public string? Model { get; init; }
}
