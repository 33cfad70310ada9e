using System.Text.Json.Serialization;

namespace Turnpike.Turns.Settings;

/// <summary>A name for several rules.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Tag
{
    /// <summary>The prefix that makes a tag's name stand for its rules where rules are listed.</summary>
    public const string Prefix = "tag:";

    /// <summary>1 to 100 characters; no other tag has it in any case.</summary>
    public string Name { get; init => field = value ?? ""; } = "";
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
    /// <summary>Its rules: ids or names when it is saved, names when it is read.</summary>
    public IReadOnlyList<string> Rules { get; init => field = value ?? []; } = [];
    /// <summary>How often it, or which rules it bundles, was saved, from 1, or from above all tags that are gone; 0: never. The store gives it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revision { get; init; }
}
