using System.Text.Json.Serialization;

namespace Turnpike.Turns.Imports;

/// <summary>What an import did, or in a dry run would do: a line for each thing of the file.</summary>
public sealed record ImportReport
{
    /// <summary>The format that the file was found to have.</summary>
    public required string Source { get; init; }
    /// <summary>Whether nothing was kept.</summary>
    public bool DryRun { get; init; }
    /// <summary>The lines, in the order of the file.</summary>
    public required IReadOnlyList<ImportItem> Items { get; init; }

    /// <summary>How many were imported, changed ones among them.</summary>
    public int Imported => Items.Count(item => item.Outcome != ImportOutcome.Skipped);
    /// <summary>How many were left out.</summary>
    public int Skipped => Items.Count(item => item.Outcome == ImportOutcome.Skipped);
}

/// <summary>One thing of an imported file.</summary>
/// <param name="Kind">What it is: <c>conversation, turn, file, project, prompt, …</c></param>
/// <param name="From">What it is called in the file.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">What it is called here, if it is here; a prompt's key. One that was here already is skipped with its id.</param>
/// <param name="Details">What was changed or left out, and why.</param>
public sealed record ImportItem(string Kind, string From, ImportOutcome Outcome, string? Id, IReadOnlyList<string> Details)
{
    /// <summary>The version that it is here, if it is kept in versions and was kept.</summary>
    public int? Version { get; init; }
    /// <summary>The name by which it is found here too: the system it came from, and its id there.</summary>
    public string? ImportedFrom { get; init; }
    /// <summary>The labels that were moved to it; null when none were.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>What became of a thing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportOutcome>))]
public enum ImportOutcome
{
    /// <summary>It is here as it was.</summary>
    [JsonStringEnumMemberName("imported")] Imported,
    /// <summary>It is here; the details say what is different.</summary>
    [JsonStringEnumMemberName("changed")] Changed,
    /// <summary>It is not here; the details say why.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,
}
