namespace Turnpike.Turns.Settings;

/// <summary>Which rules, tags or projects to list.</summary>
public sealed record SettingsQuery
{
    /// <summary>Words that the name holds.</summary>
    public string? Query { get; init; }
    /// <summary>The cursor that the page before ended with.</summary>
    public string? After { get; init; }
    /// <summary>Rows of the page, 1 to 200.</summary>
    public int Limit { get; init; } = 50;
}
