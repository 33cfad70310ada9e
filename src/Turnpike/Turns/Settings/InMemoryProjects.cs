namespace Turnpike.Turns.Settings;

/// <summary>The tree of projects, in memory. Not safe for use by several at once.</summary>
internal sealed class InMemoryProjects
{
    private readonly Dictionary<string, Project> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _below = new(StringComparer.Ordinal);
    private int _left; // the highest revision that is gone: what is made anew counts on from there

    public IEnumerable<Project> All => _byId.Values;

    /// <summary>A project and those above it, nearest first.</summary>
    public List<Project> Chain(string? id)
    {
        var chain = new List<Project>();
        for (var at = id; at is not null && _byId.TryGetValue(at, out var project) && chain.Count < Project.MostDeep; at = project.Parent) chain.Add(project);
        return chain;
    }

    public Project Save(Project project, int? expected)
    {
        var saved = project.Id.Length == 0 ? project with { Id = Ids.New("proj") } : project;
        var before = _byId.GetValueOrDefault(saved.Id);
        if (expected is { } revision) SettingsErrors.RefuseOther("project", saved.Id, before?.Revision, revision);
        saved = saved with { Revision = (before?.Revision ?? _left) + 1 };
        ProjectTree.Check(saved, Chain(saved.Parent), HeightOf(saved.Id));
        if (before is not null) Untie(before);
        Tie(saved);
        return saved;
    }

    public bool Delete(string id, int? expected)
    {
        if (expected is { } revision && _byId.GetValueOrDefault(id) is { } kept) SettingsErrors.RefuseOther("project", id, kept.Revision, revision);
        if (!_byId.Remove(id, out var gone)) return false;
        _left = Math.Max(_left, gone.Revision);
        Untie(gone);
        if (_below.Remove(id, out var children))
        {
            foreach (var child in children) Tie(_byId[child] with { Parent = gone.Parent });
        }
        return true;
    }

    private int HeightOf(string id) => 1 + (_below.TryGetValue(id, out var children) && children.Count > 0 ? children.Max(HeightOf) : 0);

    private void Tie(Project project)
    {
        _byId[project.Id] = project;
        if (project.Parent is not { } parent) return;
        if (!_below.TryGetValue(parent, out var children)) _below[parent] = children = new(StringComparer.Ordinal);
        children.Add(project.Id);
    }

    private void Untie(Project project)
    {
        if (project.Parent is { } parent && _below.TryGetValue(parent, out var children)) children.Remove(project.Id);
    }
}
