namespace Turnpike.Turns.Projects;

/// <summary>Something that can belong to a project.</summary>
/// <param name="Kind">One of <see cref="ProjectThings"/>.</param>
/// <param name="Id">The key of a prompt, the id of everything else.</param>
public sealed record ProjectThing(string Kind, string Id);

/// <summary>What can belong to a project.</summary>
public static class ProjectThings
{
    /// <summary>A stored prompt, by its key.</summary>
    public const string Prompt = "prompt";
    /// <summary>A rule, by its id.</summary>
    public const string Rule = "rule";
    /// <summary>An uploaded file, by its id.</summary>
    public const string File = "file";
    /// <summary>A conversation: it says itself which project it belongs to.</summary>
    public const string Conversation = "conversation";
    /// <summary>A turn: it belongs to the project of its conversation.</summary>
    public const string Turn = "turn";

    /// <summary>Those that are put into a project by <see cref="IProjectMembers.PutAsync"/>.</summary>
    public static IReadOnlyList<string> Put { get; } = [Prompt, Rule, File];
}
