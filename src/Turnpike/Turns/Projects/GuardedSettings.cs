using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns.Access;
using Turnpike.Turns.Auditing;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Projects;

/// <summary>Projects, and the rules that belong to them, as their members see them. Tags and shared variables are the organization's.</summary>
internal sealed class GuardedSettings(ISettingsStore inner, IProjectMembers members, ProjectAccess access) : ISettingsStore
{
    public Task<IReadOnlyList<Rule>> AlwaysOnAsync(CancellationToken cancellationToken) => inner.AlwaysOnAsync(cancellationToken); // the turn takes those of its own project

    public async Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken) => await inner.FindRuleAsync(idOrName, cancellationToken) is { } rule && await access.SeesAsync(Of(rule.Id), cancellationToken) ? rule : null;

    public async Task<IReadOnlyList<Rule>?> TaggedAsync(string tag, CancellationToken cancellationToken) =>
        await inner.TaggedAsync(tag, cancellationToken) is not { } rules ? null : await HomesAsync(cancellationToken) is { } homes ? await SeenAsync(rules, homes, cancellationToken) : rules;

    public async Task<Page<Rule>> ListRulesAsync(SettingsQuery query, CancellationToken cancellationToken)
    {
        if (await HomesAsync(cancellationToken) is not { } homes) return await inner.ListRulesAsync(query, cancellationToken);
        var seen = new SeenProjects(access, cancellationToken);
        return await VisiblePages.ReadAsync(query.After, query.Limit, (after, limit) => inner.ListRulesAsync(query with { After = after, Limit = limit }, cancellationToken), rule => seen.SeesAsync(homes.GetValueOrDefault(rule.Id)));
    }

    public async Task<IReadOnlyList<string>> RuleNamesAsync(CancellationToken cancellationToken)
    {
        var names = await inner.RuleNamesAsync(cancellationToken);
        if (await HomesAsync(cancellationToken) is not { } homes) return names;
        var hidden = await HiddenAsync(homes, cancellationToken);
        return [.. names.Where(name => !hidden.Contains(name))];
    }

    public Task<Rule> SaveRuleAsync(Rule rule, CancellationToken cancellationToken) => SaveRuleAsync(rule, null, cancellationToken);

    public async Task<Rule> SaveRuleAsync(Rule rule, int? expected, CancellationToken cancellationToken)
    {
        await RequireAsync(rule, cancellationToken);
        return await inner.SaveRuleAsync(rule, expected, cancellationToken);
    }

    public async Task<Rule> AddRuleAsync(Rule rule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Id.Length > 0 && await FindRuleAsync(rule.Id, cancellationToken) is not null) throw SettingsErrors.IdTaken("rule", rule.Id); // one that is seen, whatever may be done with it
        await RequireAsync(rule, cancellationToken);
        return await inner.AddRuleAsync(rule, cancellationToken);
    }

    private async Task RequireAsync(Rule rule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Id.Length > 0 && !await access.AllowsAsync(Of(rule.Id), ProjectRole.Editor, cancellationToken)) throw new TurnException(TurnErrorCode.RuleNotFound, $"There is no rule \"{rule.Id}\", and the id is not free. Choose another one.") { Field = "id" };
    }

    public Task<bool> DeleteRuleAsync(string id, CancellationToken cancellationToken) => DeleteRuleAsync(id, null, cancellationToken);

    public async Task<bool> DeleteRuleAsync(string id, int? expected, CancellationToken cancellationToken)
    {
        if (!await access.AllowsAsync(Of(id), ProjectRole.Editor, cancellationToken) || !await inner.DeleteRuleAsync(id, expected, cancellationToken)) return false;
        using (AuditScope.Told()) await members.PutAsync(Of(id), null, cancellationToken); // it went with the deletion
        return true;
    }

    public async Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken) =>
        await inner.FindTagAsync(name, cancellationToken) is not { } tag ? null : await HomesAsync(cancellationToken) is { } homes ? Shown(tag, await HiddenAsync(homes, cancellationToken)) : tag;

    public async Task<Page<Tag>> ListTagsAsync(SettingsQuery query, CancellationToken cancellationToken)
    {
        var page = await inner.ListTagsAsync(query, cancellationToken);
        if (await HomesAsync(cancellationToken) is not { } homes) return page;
        var hidden = await HiddenAsync(homes, cancellationToken);
        return page with { Data = [.. page.Data.Select(tag => Shown(tag, hidden))] };
    }

    public Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken) => SaveTagAsync(tag, null, cancellationToken);

    /// <summary>Rules that whoever saves a tag does not see stay in it.</summary>
    public async Task<Tag> SaveTagAsync(Tag tag, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (await HomesAsync(cancellationToken) is not { } homes) return await inner.SaveTagAsync(tag, expected, cancellationToken);
        var hidden = await HiddenAsync(homes, cancellationToken);
        await MustSeeRulesAsync(tag, cancellationToken);
        var kept = (await inner.FindTagAsync(tag.Name, cancellationToken))?.Rules.Where(hidden.Contains) ?? [];
        return Shown(await inner.SaveTagAsync(tag with { Rules = [.. tag.Rules, .. kept] }, expected, cancellationToken), hidden);
    }

    public async Task<Tag> AddTagAsync(Tag tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (await HomesAsync(cancellationToken) is not null) await MustSeeRulesAsync(tag, cancellationToken);
        return await inner.AddTagAsync(tag, cancellationToken);
    }

    private async Task MustSeeRulesAsync(Tag tag, CancellationToken cancellationToken)
    {
        foreach (var name in tag.Rules) if (await FindRuleAsync(name, cancellationToken) is null) throw SettingsErrors.NoRule(name, await RuleNamesAsync(cancellationToken), $"tag \"{tag.Name}\"");
    }

    public Task<bool> DeleteTagAsync(string name, CancellationToken cancellationToken) => inner.DeleteTagAsync(name, cancellationToken);

    public Task<bool> DeleteTagAsync(string name, int? expected, CancellationToken cancellationToken) => inner.DeleteTagAsync(name, expected, cancellationToken);

    public async Task<IReadOnlyList<Project>> ChainAsync(string project, CancellationToken cancellationToken) => await access.SeesAsync(project, cancellationToken) ? await inner.ChainAsync(project, cancellationToken) : [];

    public async Task<Page<Project>> ListProjectsAsync(SettingsQuery query, CancellationToken cancellationToken)
    {
        if (!ProjectAccess.IsBound) return await inner.ListProjectsAsync(query, cancellationToken);
        var seen = new SeenProjects(access, cancellationToken);
        return await VisiblePages.ReadAsync(query.After, query.Limit, (after, limit) => inner.ListProjectsAsync(query with { After = after, Limit = limit }, cancellationToken), project => seen.SeesAsync(project.Id));
    }

    public Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken) => SaveProjectAsync(project, null, cancellationToken);

    /// <summary>Whoever makes a project is its owner, if their key says who they are.</summary>
    public async Task<Project> SaveProjectAsync(Project project, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        var before = project.Id.Length == 0 ? null : await inner.ChainAsync(project.Id, cancellationToken) is [var kept, ..] ? kept : null;
        if (expected == 0 && before is not null && await access.SeesAsync(project.Id, cancellationToken)) throw SettingsErrors.IdTaken("project", project.Id); // whatever may be done with it
        if (project.Id.Length > 0 && !await access.AllowsAsync(project.Id, before is null || before.Parent != project.Parent ? ProjectRole.Owner : ProjectRole.Editor, cancellationToken))
            throw NotFree(project.Id);
        if (project.Parent is { } parent && parent != before?.Parent) await access.RequireAsync(parent, ProjectRole.Editor, cancellationToken);
        if (before?.Parent is not null && before.Parent != project.Parent) return await MoveAsync(project, expected, cancellationToken);
        return before is null && KeyScope.Current?.User is { } user ? await MakeAsync(project.Id.Length > 0 ? project : project with { Id = Ids.New("proj") }, expected, user, cancellationToken) : await inner.SaveProjectAsync(project, expected, cancellationToken);
    }

    /// <summary>Its owner is kept before the project itself, so that at no moment it is open to others. Where nobody can tell whether it was kept, or somebody else kept it meanwhile, the owner stays: one of no project harms nobody, and a project without one is everybody's.</summary>
    private async Task<Project> MakeAsync(Project project, int? expected, string user, CancellationToken cancellationToken)
    {
        var isNew = true;
        await members.SetAsync(new(project.Id, user, ProjectRole.Owner), chains =>
        {
            isNew = !chains[0].Any(member => member.User == user);
            if (ProjectAccess.IsBound && chains[0].Count > 0 && isNew) throw NotFree(project.Id); // somebody else makes it in this very moment
        }, cancellationToken);
        try
        {
            return await inner.SaveProjectAsync(project, expected, cancellationToken);
        }
        catch (TurnException error) when (isNew && error.Code != TurnErrorCode.StorageUnavailable)
        {
            if (await inner.ChainAsync(project.Id, CancellationToken.None) is []) await members.RemoveAsync(project.Id, user, _ => { }, CancellationToken.None);
            throw;
        }
    }

    private static TurnException NotFree(string project) => new(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\", and the id is not free. Choose another one.") { Field = "id" };

    /// <summary>Whoever is a member through the projects above that it leaves is one of it by name from now on: nothing of it is open to anybody to whom it was not, and it keeps its owner.</summary>
    private async Task<Project> MoveAsync(Project project, int? expected, CancellationToken cancellationToken)
    {
        var chain = await members.ChainAsync(project.Id, cancellationToken);
        ProjectMember[] through = [.. chain.DistinctBy(member => member.User).Where(member => member.Project != project.Id).Select(member => member with { Project = project.Id })];
        var named = new List<string>();
        try
        {
            using (AuditScope.Told()) foreach (var member in through) // they come along with the move
            {
                await members.SetAsync(member, chains => MustStill(member, chains[0]), cancellationToken);
                named.Add(member.User);
            }
            return await inner.SaveProjectAsync(project, expected, cancellationToken);
        }
        catch
        {
            using (AuditScope.Told()) foreach (var user in named) await UnnameAsync(project.Id, user);
            throw;
        }
    }

    /// <summary>Takes a name off again that the project has from above too. Where it has not, somebody else moved it meanwhile, or nobody can tell whether it was moved: the name stays.</summary>
    private async Task UnnameAsync(string project, string user)
    {
        try
        {
            await members.RemoveAsync(project, user, chains =>
            {
                if (!chains[0].Any(member => member.User == user && member.Project != project)) throw new TurnException(TurnErrorCode.VersionConflict, "It stands elsewhere by now.");
            }, CancellationToken.None);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.VersionConflict)
        {
            // Its members are those that it has by its own name.
        }
    }

    private static void MustStill(ProjectMember member, IReadOnlyList<ProjectMember> chain)
    {
        if (ProjectAccess.RoleIn(chain, member.User) != member.Role) throw new TurnException(TurnErrorCode.VersionConflict, $"The members of the project \"{member.Project}\" were changed while it was moved. Send it again.");
    }

    public Task<bool> DeleteProjectAsync(string id, CancellationToken cancellationToken) => DeleteProjectAsync(id, null, cancellationToken);

    public async Task<bool> DeleteProjectAsync(string id, int? expected, CancellationToken cancellationToken)
    {
        if (!await access.AllowsAsync(id, ProjectRole.Owner, cancellationToken)) return false;
        if (expected is { } revision && await inner.ChainAsync(id, cancellationToken) is [var kept, ..]) SettingsErrors.RefuseOther("project", id, kept.Revision, revision);
        await members.HandDownAsync(id, cancellationToken);
        return await inner.DeleteProjectAsync(id, expected, cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken) => inner.VariablesAsync(scope, cancellationToken);

    public Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken) => inner.SetVariablesAsync(scope, changes, cancellationToken);

    private async ValueTask<IReadOnlyDictionary<string, string>?> HomesAsync(CancellationToken cancellationToken) =>
        ProjectAccess.IsBound && await members.HomesAsync(ProjectThings.Rule, cancellationToken) is { Count: > 0 } homes ? homes : null;

    private async Task<IReadOnlyList<Rule>> SeenAsync(IReadOnlyList<Rule> rules, IReadOnlyDictionary<string, string> homes, CancellationToken cancellationToken)
    {
        var (seen, visible) = (new SeenProjects(access, cancellationToken), new List<Rule>(rules.Count));
        foreach (var rule in rules) if (await seen.SeesAsync(homes.GetValueOrDefault(rule.Id))) visible.Add(rule);
        return visible;
    }

    /// <summary>The names of the rules that whoever asks does not see.</summary>
    private async Task<HashSet<string>> HiddenAsync(IReadOnlyDictionary<string, string> homes, CancellationToken cancellationToken)
    {
        var (seen, hidden) = (new SeenProjects(access, cancellationToken), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (id, home) in homes) if (!await seen.SeesAsync(home) && await inner.FindRuleAsync(id, cancellationToken) is { } rule) hidden.Add(rule.Name);
        return hidden;
    }

    private static Tag Shown(Tag tag, HashSet<string> hidden) => hidden.Count == 0 ? tag : tag with { Rules = [.. tag.Rules.Where(name => !hidden.Contains(name))] };

    private static ProjectThing Of(string id) => new(ProjectThings.Rule, id);
}
