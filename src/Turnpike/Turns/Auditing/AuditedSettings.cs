using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Auditing;

/// <summary>Rules, tags, projects and shared variables whose changes are on record.</summary>
internal sealed class AuditedSettings(ISettingsStore inner, AuditDesk desk) : ISettingsStore
{
    public Task<Rule> SaveRuleAsync(Rule rule, CancellationToken cancellationToken) => SaveRuleAsync(rule, null, cancellationToken);

    public async Task<Rule> SaveRuleAsync(Rule rule, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var saved = await inner.SaveRuleAsync(rule, expected, cancellationToken);
        await desk.TellAsync(rule.Id.Length == 0 ? "createRule" : "saveRule", AuditDesk.Path("rules", saved.Id));
        return saved;
    }

    public async Task<Rule> AddRuleAsync(Rule rule, CancellationToken cancellationToken)
    {
        var saved = await inner.AddRuleAsync(rule, cancellationToken);
        await desk.TellAsync("createRule", AuditDesk.Path("rules", saved.Id));
        return saved;
    }

    public Task<bool> DeleteRuleAsync(string id, CancellationToken cancellationToken) => DeleteRuleAsync(id, null, cancellationToken);

    public async Task<bool> DeleteRuleAsync(string id, int? expected, CancellationToken cancellationToken) => await ToldAsync(await inner.DeleteRuleAsync(id, expected, cancellationToken), "deleteRule", AuditDesk.Path("rules", id));

    public Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken) => SaveTagAsync(tag, null, cancellationToken);

    public async Task<Tag> SaveTagAsync(Tag tag, int? expected, CancellationToken cancellationToken)
    {
        var saved = await inner.SaveTagAsync(tag, expected, cancellationToken);
        await desk.TellAsync("saveTag", AuditDesk.Path("tags", saved.Name));
        return saved;
    }

    public async Task<Tag> AddTagAsync(Tag tag, CancellationToken cancellationToken)
    {
        var saved = await inner.AddTagAsync(tag, cancellationToken);
        await desk.TellAsync("createTag", AuditDesk.Path("tags", saved.Name));
        return saved;
    }

    public Task<bool> DeleteTagAsync(string name, CancellationToken cancellationToken) => DeleteTagAsync(name, null, cancellationToken);

    public async Task<bool> DeleteTagAsync(string name, int? expected, CancellationToken cancellationToken) => await ToldAsync(await inner.DeleteTagAsync(name, expected, cancellationToken), "deleteTag", AuditDesk.Path("tags", name));

    public Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken) => SaveProjectAsync(project, null, cancellationToken);

    public async Task<Project> SaveProjectAsync(Project project, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        var saved = await inner.SaveProjectAsync(project, expected, cancellationToken);
        await desk.TellAsync(project.Id.Length == 0 || expected == 0 ? "createProject" : "saveProject", AuditDesk.Path("projects", saved.Id));
        return saved;
    }

    public Task<bool> DeleteProjectAsync(string id, CancellationToken cancellationToken) => DeleteProjectAsync(id, null, cancellationToken);

    public async Task<bool> DeleteProjectAsync(string id, int? expected, CancellationToken cancellationToken) => await ToldAsync(await inner.DeleteProjectAsync(id, expected, cancellationToken), "deleteProject", AuditDesk.Path("projects", id));

    public async Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken)
    {
        var set = await inner.SetVariablesAsync(scope, changes, cancellationToken);
        if (changes.Count > 0) await desk.TellAsync("setScope", AuditDesk.Path("variables", scope));
        return set;
    }

    public Task<IReadOnlyList<Rule>> AlwaysOnAsync(CancellationToken cancellationToken) => inner.AlwaysOnAsync(cancellationToken);

    public Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken) => inner.FindRuleAsync(idOrName, cancellationToken);

    public Task<IReadOnlyList<Rule>?> TaggedAsync(string tag, CancellationToken cancellationToken) => inner.TaggedAsync(tag, cancellationToken);

    public Task<Page<Rule>> ListRulesAsync(SettingsQuery query, CancellationToken cancellationToken) => inner.ListRulesAsync(query, cancellationToken);

    public Task<IReadOnlyList<string>> RuleNamesAsync(CancellationToken cancellationToken) => inner.RuleNamesAsync(cancellationToken);

    public Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken) => inner.FindTagAsync(name, cancellationToken);

    public Task<Page<Tag>> ListTagsAsync(SettingsQuery query, CancellationToken cancellationToken) => inner.ListTagsAsync(query, cancellationToken);

    public Task<IReadOnlyList<Project>> ChainAsync(string project, CancellationToken cancellationToken) => inner.ChainAsync(project, cancellationToken);

    public Task<Page<Project>> ListProjectsAsync(SettingsQuery query, CancellationToken cancellationToken) => inner.ListProjectsAsync(query, cancellationToken);

    public Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken) => inner.VariablesAsync(scope, cancellationToken);

    private async Task<bool> ToldAsync(bool isDone, string action, string target)
    {
        if (isDone) await desk.TellAsync(action, target);
        return isDone;
    }
}
