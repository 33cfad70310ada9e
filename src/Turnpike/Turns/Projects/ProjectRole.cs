using System.Text.Json.Serialization;

namespace Turnpike.Turns.Projects;

/// <summary>What a member of a project may do with what belongs to it; each role includes those before it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProjectRole>))]
public enum ProjectRole
{
    /// <summary>Reads the project, its conversations and turns, its prompts, rules and files.</summary>
    [JsonStringEnumMemberName("viewer")] Viewer = 1,
    /// <summary>Also runs turns, and starts, changes and deletes conversations.</summary>
    [JsonStringEnumMemberName("runner")] Runner = 2,
    /// <summary>Also writes prompts, labels, rules, files and the project's settings, and puts projects below it.</summary>
    [JsonStringEnumMemberName("editor")] Editor = 3,
    /// <summary>Also says who the members are, moves the project and deletes it.</summary>
    [JsonStringEnumMemberName("owner")] Owner = 4,
}
