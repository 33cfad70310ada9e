using System.Buffers;
using System.Text.Json;
using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Clients;

/// <summary>Settings in this process's stores.</summary>
internal sealed class InProcessSettings(ISettingsStore store, SharedLayers shared, ProjectMembership membership, ProjectMaking making) : ISettings
{
    /// <inheritdoc/>
    public Task<Page<Rule>> RulesAsync(SettingsQuery query, CancellationToken cancellationToken) => store.ListRulesAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken) => store.FindRuleAsync(idOrName, cancellationToken);

    /// <inheritdoc/>
    public Task<Rule> SaveRuleAsync(Rule rule, string? project, CancellationToken cancellationToken)
    {
        SettingsRules.Check(rule);
        return making.RuleAsync(project, rule, rule.Revision, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteRuleAsync(string id, CancellationToken cancellationToken) => store.DeleteRuleAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Tag>> TagsAsync(SettingsQuery query, CancellationToken cancellationToken) => store.ListTagsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken) => store.FindTagAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken)
    {
        SettingsRules.Check(tag);
        return tag.Revision == 0 ? store.AddTagAsync(tag, cancellationToken) : store.SaveTagAsync(tag, tag.Revision, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteTagAsync(string name, CancellationToken cancellationToken)
    {
        if (!await store.DeleteTagAsync(name, cancellationToken)) throw new TurnException(TurnErrorCode.RuleNotFound, $"There is no tag \"{name}\".") { Field = "name" };
    }

    /// <inheritdoc/>
    public Task<Page<Project>> ProjectsAsync(SettingsQuery query, CancellationToken cancellationToken) => store.ListProjectsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<Project> ProjectAsync(string id, CancellationToken cancellationToken) => await store.ChainAsync(id, cancellationToken) is [var project, ..] ? project : throw NoProject(id);

    /// <inheritdoc/>
    public async Task<JsonElement> EffectiveAsync(string id, CancellationToken cancellationToken)
    {
        var layers = await shared.ReadAsync(id, null, null, cancellationToken) ?? throw NoProject(id);
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) EffectiveJson.Write(writer, id, layers);
        return JsonElement.Parse(json.WrittenSpan);
    }

    /// <inheritdoc/>
    public async Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken)
    {
        SettingsRules.Check(project);
        await KnownRules.CheckAsync(store, [.. project.Rules, .. project.Tags.Select(tag => Tag.Prefix + tag)], cancellationToken);
        return await store.SaveProjectAsync(project, project.Revision == 0 ? null : project.Revision, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteProjectAsync(string id, CancellationToken cancellationToken)
    {
        if (!await store.DeleteProjectAsync(id, cancellationToken)) throw NoProject(id);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProjectMember>> MembersAsync(string project, CancellationToken cancellationToken) => membership.ListAsync(project, cancellationToken);

    /// <inheritdoc/>
    public Task SetMemberAsync(ProjectMember member, CancellationToken cancellationToken) => membership.SetAsync(member, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveMemberAsync(string project, string user, CancellationToken cancellationToken) => membership.RemoveAsync(project, user, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken)
    {
        SettingsRules.CheckScope(scope);
        return store.VariablesAsync(scope, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken)
    {
        SettingsRules.CheckScope(scope);
        SettingsRules.Check(changes);
        return store.SetVariablesAsync(scope, changes, cancellationToken);
    }

    private static TurnException NoProject(string id) => new(TurnErrorCode.ProjectNotFound, $"There is no project \"{id}\".") { Field = "id" };
}
