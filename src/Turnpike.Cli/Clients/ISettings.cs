using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Clients;

/// <summary>What conversations share: rules, tags, projects, variables by scope. Errors are <see cref="Turns.TurnException"/>s.</summary>
internal interface ISettings
{
    /// <summary>A page of rules, by name.</summary>
    Task<Page<Rule>> RulesAsync(SettingsQuery query, CancellationToken cancellationToken);

    /// <summary>The rule with this id or name; null when there is none.</summary>
    Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken);

    /// <summary>Keeps a rule, new when it has no id, else over the one that was read, of its <see cref="Rule.Revision"/>; inside a project, if one is named.</summary>
    Task<Rule> SaveRuleAsync(Rule rule, string? project, CancellationToken cancellationToken);

    /// <summary>Deletes the rule with this id.</summary>
    Task DeleteRuleAsync(string id, CancellationToken cancellationToken);

    /// <summary>A page of tags, by name.</summary>
    Task<Page<Tag>> TagsAsync(SettingsQuery query, CancellationToken cancellationToken);

    /// <summary>The tag with this name; null when there is none.</summary>
    Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken);

    /// <summary>Keeps a tag, new when its <see cref="Tag.Revision"/> is 0, else over the one that was read, of that revision.</summary>
    Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken);

    /// <summary>Deletes a tag, not its rules.</summary>
    Task DeleteTagAsync(string name, CancellationToken cancellationToken);

    /// <summary>A page of projects, by name.</summary>
    Task<Page<Project>> ProjectsAsync(SettingsQuery query, CancellationToken cancellationToken);

    /// <summary>What a project says itself.</summary>
    Task<Project> ProjectAsync(string id, CancellationToken cancellationToken);

    /// <summary>What counts in a project, each value with its source.</summary>
    Task<JsonElement> EffectiveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps a project, new when there is none with its id; over whatever is kept when its <see cref="Project.Revision"/> is 0, else over the one of that revision.</summary>
    Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken);

    /// <summary>Deletes a project; those below it move up.</summary>
    Task DeleteProjectAsync(string id, CancellationToken cancellationToken);

    /// <summary>The members of a project, its own and those of the projects above it.</summary>
    Task<IReadOnlyList<ProjectMember>> MembersAsync(string project, CancellationToken cancellationToken);

    /// <summary>Makes a user a member, or gives one another role.</summary>
    Task SetMemberAsync(ProjectMember member, CancellationToken cancellationToken);

    /// <summary>Takes a member away.</summary>
    Task RemoveMemberAsync(string project, string user, CancellationToken cancellationToken);

    /// <summary>The variables of a scope.</summary>
    Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken);

    /// <summary>Sets variables of a scope, null unsets; all of them from now on.</summary>
    Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken);
}
