namespace Turnpike.Turns.Projects;

/// <summary>What somebody sees, remembered while one list is made.</summary>
internal sealed class SeenProjects(ProjectAccess access, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    public async ValueTask<bool> SeesAsync(string? project)
    {
        if (project is null) return true;
        if (!_known.TryGetValue(project, out var sees)) _known[project] = sees = await access.SeesAsync(project, cancellationToken);
        return sees;
    }
}
