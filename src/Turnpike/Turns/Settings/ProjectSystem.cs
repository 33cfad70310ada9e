using System.Text.Json.Serialization;

namespace Turnpike.Turns.Settings;

/// <summary>System text of a project.</summary>
/// <param name="Text">The text, as it is (not a template).</param>
/// <param name="Mode">How it joins the text of the projects above it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProjectSystem(string Text, ProjectSystemMode Mode = ProjectSystemMode.Append);

/// <summary>How a project's system text joins what is above it in the tree.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProjectSystemMode>))]
public enum ProjectSystemMode
{
    /// <summary>It stands behind it, after a blank line.</summary>
    [JsonStringEnumMemberName("append")] Append,
    /// <summary>It stands instead of it.</summary>
    [JsonStringEnumMemberName("replace")] Replace,
}
