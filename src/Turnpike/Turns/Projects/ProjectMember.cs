namespace Turnpike.Turns.Projects;

/// <summary>A user and their role in a project.</summary>
/// <param name="Project">The project in which this was said; it counts in those below it as well, unless they say otherwise.</param>
/// <param name="User">The user, as keys and tokens name them.</param>
/// <param name="Role">What they may do.</param>
public sealed record ProjectMember(string Project, string User, ProjectRole Role);
