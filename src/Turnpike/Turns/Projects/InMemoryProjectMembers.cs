using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Projects;

/// <summary>Members of projects, in memory.</summary>
internal sealed class InMemoryProjectMembers(InMemoryState state, ISettingsStore settings) : IProjectMembers
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Project, string User), ProjectRole> _members = new(Comparer<(string Project, string User)>.Create((one, other) => string.CompareOrdinal(one.Project, other.Project) is var first and not 0 ? first : string.CompareOrdinal(one.User, other.User)));

    public async Task<IReadOnlyList<ProjectMember>> ChainAsync(string project, CancellationToken cancellationToken) => [.. (await ProjectsAsync(project, cancellationToken)).SelectMany(Of)];

    public async Task SetAsync(ProjectMember member, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(check);
        var chains = await ChainsAsync(member.Project, cancellationToken);
        lock (_gate)
        {
            check(Members(chains));
            _members[(member.Project, member.User)] = member.Role;
        }
    }

    public async Task<bool> RemoveAsync(string project, string user, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(check);
        var chains = await ChainsAsync(project, cancellationToken);
        lock (_gate)
        {
            check(Members(chains));
            return _members.Remove((project, user));
        }
    }

    /// <summary>A project and those above it, nearest first. The project itself may be gone.</summary>
    private async Task<IReadOnlyList<string>> ProjectsAsync(string project, CancellationToken cancellationToken) =>
        await settings.ChainAsync(project, cancellationToken) is { Count: > 0 } chain ? [.. chain.Select(one => one.Id)] : [project];

    /// <summary>The ways up from a project and from each one below it, nearest first.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<string>>> ChainsAsync(string project, CancellationToken cancellationToken)
    {
        var all = (await settings.ListProjectsAsync(new() { Limit = int.MaxValue - 1 }, cancellationToken)).Data.ToLookup(one => one.Parent, one => one.Id);
        var chains = new List<IReadOnlyList<string>> { await ProjectsAsync(project, cancellationToken) };
        for (var i = 0; i < chains.Count; i++) chains.AddRange(all[chains[i][0]].Select(below => (IReadOnlyList<string>)[below, .. chains[i]]));
        return chains;
    }

    /// <summary>The members on those ways, of the projects below where they have members of their own.</summary>
    private IReadOnlyList<IReadOnlyList<ProjectMember>> Members(IReadOnlyList<IReadOnlyList<string>> chains) =>
        [.. chains.Where((chain, i) => i == 0 || Of(chain[0]).Count > 0).Select(chain => (IReadOnlyList<ProjectMember>)[.. chain.SelectMany(Of)])];

    public Task<string?> HomeAsync(ProjectThing thing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        if (thing.Kind is ProjectThings.Turn or ProjectThings.Conversation) return Task.FromResult(Said(thing));
        lock (_gate) return Task.FromResult(state.Homes.GetValueOrDefault(thing));
    }

    public Task<IReadOnlyDictionary<string, int>> HomesOfPathAsync(string turn, int limit, CancellationToken cancellationToken)
    {
        var homes = new Dictionary<string, int>(StringComparer.Ordinal);
        lock (state.Gate)
        {
            var depth = 0;
            foreach (var kept in state.PathOf(turn, limit))
            {
                depth++;
                if (HomeOf(kept) is { } project) homes.TryAdd(project, depth);
            }
        }
        return Task.FromResult<IReadOnlyDictionary<string, int>>(homes);
    }

    public Task<IReadOnlyDictionary<string, string>> HomesAsync(string kind, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyDictionary<string, string>>(state.Homes.Where(home => home.Key.Kind == kind).ToDictionary(home => home.Key.Id, home => home.Value));
    }

    public Task<bool> PutAsync(ProjectThing thing, string? project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        lock (_gate)
        {
            if (project is null) return Task.FromResult(state.Homes.TryRemove(thing, out _));
            var isNew = state.Homes.GetValueOrDefault(thing) != project;
            state.Homes[thing] = project;
            return Task.FromResult(isNew);
        }
    }

    public Task<bool> ClaimAsync(ProjectThing thing, string project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        lock (_gate) return Task.FromResult(state.Homes.TryAdd(thing, project));
    }

    public Task<IReadOnlyList<ProjectThing>> ThingsAsync(string project, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<ProjectThing>>([.. state.Homes.Where(home => home.Value == project).Select(home => home.Key).OrderBy(thing => thing.Kind, StringComparer.Ordinal).ThenBy(thing => thing.Id, StringComparer.Ordinal)]);
    }

    public async Task HandDownAsync(string project, CancellationToken cancellationToken)
    {
        var chain = await ChainAsync(project, cancellationToken);
        var page = await settings.ListProjectsAsync(new() { Limit = int.MaxValue - 1 }, cancellationToken);
        lock (_gate)
        {
            foreach (var heir in page.Data.Where(one => one.Parent == project).Select(one => one.Id).Append(project))
                foreach (var member in chain) _members.TryAdd((heir, member.User), member.Role);
        }
    }

    private List<ProjectMember> Of(string project)
    {
        lock (_gate) return [.. _members.Where(member => member.Key.Project == project).Select(member => new ProjectMember(project, member.Key.User, member.Value))];
    }

    private string? Said(ProjectThing thing)
    {
        lock (state.Gate)
        {
            if (thing.Kind == ProjectThings.Conversation) return state.Conversations.GetValueOrDefault(thing.Id)?.Project;
            return state.Turns.TryGetValue(thing.Id, out var kept) ? HomeOf(kept) : null;
        }
    }

    private string? HomeOf(InMemoryState.KeptTurn kept) => state.Conversations.TryGetValue(kept.Turn.Conversation, out var conversation) ? conversation.Project : kept.Beginning.Conversation.Project;
}
