using System.Text.Json.Serialization;

namespace Turnpike.Prompts.Imports;

/// <summary>What an import did, or would do: a line for each thing that was found.</summary>
/// <param name="Format">Which format was read: <c>turnpike, dotprompt, openai, langfuse, litechat, matrx, prompty</c>.</param>
/// <param name="DryRun">Whether nothing was kept.</param>
/// <param name="Items">The lines, in the order of the file.</param>
public sealed record PromptImportReport(string Format, bool DryRun, IReadOnlyList<ImportLine> Items)
{
    /// <summary>How many made a new version.</summary>
    public int Imported => Items.Count(item => item.Outcome == PromptImportOutcome.Imported);
    /// <summary>How many were kept like this already.</summary>
    public int Unchanged => Items.Count(item => item.Outcome == PromptImportOutcome.Unchanged);
    /// <summary>How many were left out.</summary>
    public int Skipped => Items.Count(item => item.Outcome == PromptImportOutcome.Skipped);
}

/// <summary>A line of an import's report.</summary>
/// <param name="Source">What it was called where it came from.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record ImportLine(string Source, PromptImportOutcome Outcome)
{
    /// <summary>The key it has here; null when it was left out.</summary>
    public string? Key { get; init; }
    /// <summary>The version it is here; null when it was left out or nothing was kept.</summary>
    public int? Version { get; init; }
    /// <summary>The id it had there, by which it is found here too.</summary>
    public string? ImportedFrom { get; init; }
    /// <summary>What was mapped with a change, or left out of it, and why.</summary>
    public IReadOnlyList<string> Changes { get; init => field = value ?? []; } = [];
    /// <summary>Why it was left out.</summary>
    public string? Reason { get; init; }
    /// <summary>The labels that were moved to it.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];
}

/// <summary>What became of a thing that was to be imported.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromptImportOutcome>))]
public enum PromptImportOutcome
{
    /// <summary>It made a new version.</summary>
    [JsonStringEnumMemberName("imported")] Imported,
    /// <summary>The newest version says the same.</summary>
    [JsonStringEnumMemberName("unchanged")] Unchanged,
    /// <summary>It was left out.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,
}
