namespace Turnpike.Prompts;

/// <summary>A label with the prompt and the version that it names.</summary>
/// <param name="Key">The prompt's key.</param>
/// <param name="Label">The label.</param>
/// <param name="Version">The number of the version.</param>
/// <param name="CreatedAt">When the version was saved, UTC; null: nobody knows.</param>
public sealed record LabelledVersion(string Key, string Label, int Version, DateTimeOffset? CreatedAt);
