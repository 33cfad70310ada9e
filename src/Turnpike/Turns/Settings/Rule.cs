using System.Text.Json.Serialization;

namespace Turnpike.Turns.Settings;

/// <summary>A piece of guidance that is kept once and joined to many turns.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Rule
{
    /// <summary><c>rule_…</c>; empty for one that was never saved.</summary>
    public string Id { get; init => field = value ?? ""; } = "";
    /// <summary>What it is asked for by: 1 to 100 characters, no other rule has it in any case.</summary>
    public string Name { get; init => field = value ?? ""; } = "";
    /// <summary>What it says: a template, rendered with the turn's variables.</summary>
    public required string Content { get; init; }
    /// <summary>Where in the turn it stands.</summary>
    public RulePlacement Placement { get; init; }
    /// <summary>Whether every turn has it, unless it is deselected.</summary>
    public bool AlwaysOn { get; init; }
    /// <summary>Names of the tags that bundle it.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];
    /// <summary>How often it, or which tags bundle it, was saved, from 1, or from above all rules that are gone; 0: never. The store gives it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revision { get; init; }
}

/// <summary>Where in a turn a rule stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RulePlacement>))]
public enum RulePlacement
{
    /// <summary>Behind the system text.</summary>
    [JsonStringEnumMemberName("system")] System,
    /// <summary>Before the typed text.</summary>
    [JsonStringEnumMemberName("before")] Before,
    /// <summary>Behind the typed text.</summary>
    [JsonStringEnumMemberName("after")] After,
}
