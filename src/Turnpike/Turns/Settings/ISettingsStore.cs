using System.Text.Json;
using Turnpike.Prompts;

namespace Turnpike.Turns.Settings;

/// <summary>Keeps what many conversations share: rules, tags, the tree of projects, and variables by scope. Names are found in any case.</summary>
public interface ISettingsStore
{
    /// <summary>The rules that every turn has, by name.</summary>
    Task<IReadOnlyList<Rule>> AlwaysOnAsync(CancellationToken cancellationToken);

    /// <summary>The rule with this id or name; null when there is none.</summary>
    Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken);

    /// <summary>The rules of a tag, by name; null when there is no such tag.</summary>
    Task<IReadOnlyList<Rule>?> TaggedAsync(string tag, CancellationToken cancellationToken);

    /// <summary>A page of rules, by name.</summary>
    Task<Page<Rule>> ListRulesAsync(SettingsQuery query, CancellationToken cancellationToken);

    /// <summary>The names of all rules, to find the nearest one.</summary>
    Task<IReadOnlyList<string>> RuleNamesAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a rule, new or in place of the one with its id. Tags that it names and that there are not are made.</summary>
    /// <returns>The rule as kept, with its id.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>: another rule has the name.</exception>
    Task<Rule> SaveRuleAsync(Rule rule, CancellationToken cancellationToken);

    /// <summary>Keeps a rule over the one that whoever saves has read: of several that save over the same one, the first is kept. A store that does not say otherwise looks first.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="expected">The <see cref="Rule.Revision"/> that is kept; 0: there must be none with its id; null: it does not matter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The rule as kept, with its id.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>: another one is kept, or another rule has the name.</exception>
    async Task<Rule> SaveRuleAsync(Rule rule, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (expected is { } revision) SettingsErrors.RefuseOther("rule", rule.Id, rule.Id.Length == 0 ? null : (await FindRuleAsync(rule.Id, cancellationToken))?.Revision, revision);
        return await SaveRuleAsync(rule, cancellationToken);
    }

    /// <summary>Keeps a rule unless there is one with its id, or one that is named so: of several that are added at the same time one is kept. A store that does not say otherwise looks first.</summary>
    /// <returns>The rule as kept, with its id.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>: another rule has the id or the name.</exception>
    async Task<Rule> AddRuleAsync(Rule rule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Id.Length == 0 || await FindRuleAsync(rule.Id, cancellationToken) is null ? await SaveRuleAsync(rule, cancellationToken) : throw SettingsErrors.IdTaken("rule", rule.Id);
    }

    /// <summary>Deletes the rule with this id; false when there is none.</summary>
    Task<bool> DeleteRuleAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes a rule that whoever deletes it has read: one that was changed since stays. A store that does not say otherwise looks first.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="expected">The <see cref="Rule.Revision"/> that is kept; null: it does not matter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>: another one is kept.</exception>
    async Task<bool> DeleteRuleAsync(string id, int? expected, CancellationToken cancellationToken)
    {
        if (expected is { } revision && await FindRuleAsync(id, cancellationToken) is { } kept) SettingsErrors.RefuseOther("rule", id, kept.Revision, revision);
        return await DeleteRuleAsync(id, cancellationToken);
    }

    /// <summary>The tag with this name; null when there is none.</summary>
    Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken);

    /// <summary>A page of tags, by name.</summary>
    Task<Page<Tag>> ListTagsAsync(SettingsQuery query, CancellationToken cancellationToken);

    /// <summary>Keeps a tag, new or in place of the one with its name; from now on it bundles exactly its rules.</summary>
    /// <exception cref="TurnException"><c>rule_not_found</c>, with the nearest name.</exception>
    Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken);

    /// <summary>Keeps a tag over the one that whoever saves has read: of several that save over the same one, the first is kept. A store that does not say otherwise looks first.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="expected">The <see cref="Tag.Revision"/> that is kept; 0: there must be none with its name; null: it does not matter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>version_conflict</c>: another one is kept; <c>rule_not_found</c>, with the nearest name.</exception>
    async Task<Tag> SaveTagAsync(Tag tag, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (expected is { } revision) SettingsErrors.RefuseOther("tag", tag.Name, (await FindTagAsync(tag.Name, cancellationToken))?.Revision, revision);
        return await SaveTagAsync(tag, cancellationToken);
    }

    /// <summary>Keeps a tag unless there is one with its name: of several that are added at the same time one is kept. A store that does not say otherwise looks first.</summary>
    /// <exception cref="TurnException"><c>version_conflict</c>: there is a tag with the name; <c>rule_not_found</c>, with the nearest name.</exception>
    async Task<Tag> AddTagAsync(Tag tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return await FindTagAsync(tag.Name, cancellationToken) is null ? await SaveTagAsync(tag, cancellationToken) : throw SettingsErrors.TagTaken(tag.Name);
    }

    /// <summary>Deletes a tag, not its rules; false when there is none.</summary>
    Task<bool> DeleteTagAsync(string name, CancellationToken cancellationToken);

    /// <summary>Deletes a tag that whoever deletes it has read: one that was changed since stays. A store that does not say otherwise looks first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="expected">The <see cref="Tag.Revision"/> that is kept; null: it does not matter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>: another one is kept.</exception>
    async Task<bool> DeleteTagAsync(string name, int? expected, CancellationToken cancellationToken)
    {
        if (expected is { } revision && await FindTagAsync(name, cancellationToken) is { } kept) SettingsErrors.RefuseOther("tag", name, kept.Revision, revision);
        return await DeleteTagAsync(name, cancellationToken);
    }

    /// <summary>A project and those above it, nearest first; empty when there is none with this id.</summary>
    Task<IReadOnlyList<Project>> ChainAsync(string project, CancellationToken cancellationToken);

    /// <summary>A page of projects, by name.</summary>
    Task<Page<Project>> ListProjectsAsync(SettingsQuery query, CancellationToken cancellationToken);

    /// <summary>Keeps a project, new or in place of the one with its id.</summary>
    /// <returns>The project as kept, with its id.</returns>
    /// <exception cref="TurnException"><c>project_not_found</c>: its parent; <c>request_invalid</c>: it would stand above itself, or the tree would be too deep.</exception>
    Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken);

    /// <summary>Keeps a project over the one that whoever saves has read: of several that save over the same one, the first is kept. A store that does not say otherwise looks first.</summary>
    /// <param name="project">The project.</param>
    /// <param name="expected">The <see cref="Project.Revision"/> that is kept; 0: there must be none with its id; null: it does not matter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The project as kept, with its id.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>: another one is kept; and as above.</exception>
    async Task<Project> SaveProjectAsync(Project project, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        if (expected is { } revision) SettingsErrors.RefuseOther("project", project.Id, project.Id.Length > 0 && await ChainAsync(project.Id, cancellationToken) is [var kept, ..] ? kept.Revision : null, revision);
        return await SaveProjectAsync(project, cancellationToken);
    }

    /// <summary>Deletes a project; those below it move up to its parent. False when there is none.</summary>
    Task<bool> DeleteProjectAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes a project that whoever deletes it has read: one that was changed since stays. A store that does not say otherwise looks first.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="expected">The <see cref="Project.Revision"/> that is kept; null: it does not matter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="TurnException"><c>version_conflict</c>: another one is kept.</exception>
    async Task<bool> DeleteProjectAsync(string id, int? expected, CancellationToken cancellationToken)
    {
        if (expected is { } revision && await ChainAsync(id, cancellationToken) is [var kept, ..]) SettingsErrors.RefuseOther("project", id, kept.Revision, revision);
        return await DeleteProjectAsync(id, cancellationToken);
    }

    /// <summary>The variables of a scope: <c>global</c>, <c>organization:id</c> or <c>user:id</c>; empty when none are set.</summary>
    Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken);

    /// <summary>Sets variables of a scope, null unsets; the others stay.</summary>
    /// <returns>All variables of the scope from now on.</returns>
    Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken);
}
