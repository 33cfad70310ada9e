namespace Turnpike.Prompts.Variables;

/// <summary>What computed variables are computed from.</summary>
public sealed record VariableContext
{
    /// <summary>When the turn was opened, UTC.</summary>
    public required DateTimeOffset OpenedAt { get; init; }
    /// <summary>The user's time zone by its IANA id (<c>Europe/Berlin</c>); null: what a layer says of the variable <c>timezone</c>, else <see cref="UsualTimeZone"/>. None or unknown: UTC.</summary>
    public string? TimeZone { get; init; }
    /// <summary>The time zone that an earlier turn of the conversation was asked in; null: none.</summary>
    public string? UsualTimeZone { get; init; }
    /// <summary>The user's name, if known.</summary>
    public string? UserName { get; init; }
    /// <summary>The conversation's id.</summary>
    public string? ConversationId { get; init; }
    /// <summary>Which turn of its branch it is, from 1; 0 when it is not known.</summary>
    public int TurnNumber { get; init; }
    /// <summary>The model id that the layers give, if any.</summary>
    public string? Model { get; init; }
}
