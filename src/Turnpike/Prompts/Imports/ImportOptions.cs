namespace Turnpike.Prompts.Imports;

/// <summary>How a file of prompts is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>The key of the one prompt that the file holds; null: its own.</summary>
    public string? Key { get; init; }
    /// <summary>Which format it is; null: told by what stands in it.</summary>
    public string? Format { get; init; }
    /// <summary>Whether the file is a <c>.prompt</c> file whatever it begins with.</summary>
    public bool IsFile { get; init; }
    /// <summary>Whether nothing is kept.</summary>
    public bool DryRun { get; init; }
    /// <summary>Whether the labels that the file names are moved to the new versions.</summary>
    public bool Labels { get; init; }
    /// <summary>The project that new prompts belong to from the beginning; null: the organization's.</summary>
    public string? Project { get; init; }
    /// <summary>Who imports it.</summary>
    public string? Author { get; init; }
}
