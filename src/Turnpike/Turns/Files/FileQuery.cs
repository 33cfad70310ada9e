namespace Turnpike.Turns.Files;

/// <summary>Which files to list.</summary>
public sealed record FileQuery
{
    /// <summary>The purpose of files whose upload named none.</summary>
    public const string Unsaid = "user_data";

    /// <summary>The whole name that they have, compared without case.</summary>
    public string? Name { get; init; }
    /// <summary>The purpose that they were uploaded for.</summary>
    public string? Purpose { get; init; }
    /// <summary>The cursor that the page before ended with.</summary>
    public string? After { get; init; }
    /// <summary>Rows of the page, 1 to 10,000.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Whether a file has the name that is asked for, if one is.</summary>
    internal bool IsNamed(StoredFile file) => Name is null || file.Name.Equals(Name, StringComparison.OrdinalIgnoreCase);
}
