using Turnpike.Turns.Projects;

namespace Turnpike.Turns.Auditing;

/// <summary>Members of projects, and what belongs to projects, whose changes are on record.</summary>
internal sealed class AuditedMembers(IProjectMembers inner, AuditDesk desk) : IProjectMembers
{
    public async Task SetAsync(ProjectMember member, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        await inner.SetAsync(member, check, cancellationToken);
        await desk.TellAsync("saveMember", AuditDesk.Path("projects", member.Project, "members", member.User));
    }

    public async Task<bool> RemoveAsync(string project, string user, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken)
    {
        if (!await inner.RemoveAsync(project, user, check, cancellationToken)) return false;
        await desk.TellAsync("deleteMember", AuditDesk.Path("projects", project, "members", user));
        return true;
    }

    public async Task<bool> PutAsync(ProjectThing thing, string? project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        var home = project ?? await inner.HomeAsync(thing, cancellationToken);
        if (!await inner.PutAsync(thing, project, cancellationToken)) return false;
        await desk.TellAsync(project is null ? "freeThing" : "putThing", AuditDesk.Path("projects", home ?? "", "things", thing.Kind, thing.Id));
        return true;
    }

    public async Task<bool> ClaimAsync(ProjectThing thing, string project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        if (!await inner.ClaimAsync(thing, project, cancellationToken)) return false;
        await desk.TellAsync("putThing", AuditDesk.Path("projects", project, "things", thing.Kind, thing.Id));
        return true;
    }

    public Task<IReadOnlyList<ProjectMember>> ChainAsync(string project, CancellationToken cancellationToken) => inner.ChainAsync(project, cancellationToken);

    public Task<string?> HomeAsync(ProjectThing thing, CancellationToken cancellationToken) => inner.HomeAsync(thing, cancellationToken);

    public Task<IReadOnlyDictionary<string, int>> HomesOfPathAsync(string turn, int limit, CancellationToken cancellationToken) => inner.HomesOfPathAsync(turn, limit, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> HomesAsync(string kind, CancellationToken cancellationToken) => inner.HomesAsync(kind, cancellationToken);

    public Task<IReadOnlyList<ProjectThing>> ThingsAsync(string project, CancellationToken cancellationToken) => inner.ThingsAsync(project, cancellationToken);

    public Task HandDownAsync(string project, CancellationToken cancellationToken) => inner.HandDownAsync(project, cancellationToken);
}
