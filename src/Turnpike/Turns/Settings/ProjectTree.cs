namespace Turnpike.Turns.Settings;

/// <summary>What keeps projects a tree.</summary>
internal static class ProjectTree
{
    /// <summary>Checks a project before it is kept.</summary>
    /// <param name="project">The project.</param>
    /// <param name="above">Its parent and those above that, nearest first, as they are kept.</param>
    /// <param name="height">How many projects stand on the longest way from it down to a leaf, itself included.</param>
    /// <exception cref="TurnException"><c>project_not_found, request_invalid</c>.</exception>
    public static void Check(Project project, IReadOnlyList<Project> above, int height)
    {
        if (project.Parent is not { } parent) return;
        if (parent == project.Id || above.Any(other => other.Id == project.Id)) throw SettingsErrors.Cycle(project.Id, parent);
        if (above.Count == 0) throw SettingsErrors.NoProject(parent, "parent");
        if (above.Count + height > Project.MostDeep) throw SettingsErrors.TooDeep(parent);
    }
}
