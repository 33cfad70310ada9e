using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Client;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Clients;

/// <summary>Settings on a server.</summary>
internal sealed class ServerSettings(ServerConnection server) : ISettings
{
    /// <inheritdoc/>
    public Task<Page<Rule>> RulesAsync(SettingsQuery query, CancellationToken cancellationToken) => GetAsync(Listed("rules", query), TurnpikeJson.Relaxed.RulePage, cancellationToken);

    /// <inheritdoc/>
    public Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken) => FindAsync(At("rules", idOrName), TurnpikeJson.Relaxed.Rule, cancellationToken);

    /// <inheritdoc/>
    public Task<Rule> SaveRuleAsync(Rule rule, string? project, CancellationToken cancellationToken) =>
        SendAsync(rule.Id.Length == 0 ? HttpMethod.Post : HttpMethod.Put, (rule.Id.Length == 0 ? "api/rules" : At("rules", rule.Id)) + (project is null ? "" : "?project=" + ServerConnection.Step(project)), rule, rule.Revision, TurnpikeJson.Relaxed.Rule, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteRuleAsync(string id, CancellationToken cancellationToken) => DeleteAsync(At("rules", id), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Tag>> TagsAsync(SettingsQuery query, CancellationToken cancellationToken) => GetAsync(Listed("tags", query), TurnpikeJson.Relaxed.TagPage, cancellationToken);

    /// <inheritdoc/>
    public Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken) => FindAsync(At("tags", name), TurnpikeJson.Relaxed.Tag, cancellationToken);

    /// <inheritdoc/>
    public Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken) => SendAsync(tag.Revision == 0 ? HttpMethod.Post : HttpMethod.Put, tag.Revision == 0 ? "api/tags" : At("tags", tag.Name), tag, tag.Revision, TurnpikeJson.Relaxed.Tag, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteTagAsync(string name, CancellationToken cancellationToken) => DeleteAsync(At("tags", name), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Project>> ProjectsAsync(SettingsQuery query, CancellationToken cancellationToken) => GetAsync(Listed("projects", query), TurnpikeJson.Relaxed.ProjectPage, cancellationToken);

    /// <inheritdoc/>
    public Task<Project> ProjectAsync(string id, CancellationToken cancellationToken) => GetAsync(At("projects", id), TurnpikeJson.Relaxed.Project, cancellationToken);

    /// <inheritdoc/>
    public async Task<JsonElement> EffectiveAsync(string id, CancellationToken cancellationToken) => await server.AskAsync(new(HttpMethod.Get, At("projects", id) + "/effective"), cancellationToken);

    /// <inheritdoc/>
    public async Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken)
    {
        var isKept = project.Id.Length > 0 && await IsThereAsync(At("projects", project.Id), cancellationToken);
        return await SendAsync(isKept ? HttpMethod.Put : HttpMethod.Post, isKept ? At("projects", project.Id) : "api/projects", project, project.Revision, TurnpikeJson.Relaxed.Project, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteProjectAsync(string id, CancellationToken cancellationToken) => DeleteAsync(At("projects", id), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProjectMember>> MembersAsync(string project, CancellationToken cancellationToken) => (await GetAsync(At("projects", project) + "/members", ProjectJson.Relaxed.ProjectMemberList, cancellationToken)).Data;

    /// <inheritdoc/>
    public Task SetMemberAsync(ProjectMember member, CancellationToken cancellationToken) =>
        server.TellAsync(ServerConnection.Send(HttpMethod.Put, $"{At("projects", member.Project)}/members/{ServerConnection.Step(member.User)}", new(member.Role), ProjectJson.Relaxed.ProjectMemberRole), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveMemberAsync(string project, string user, CancellationToken cancellationToken) => DeleteAsync($"{At("projects", project)}/members/{ServerConnection.Step(user)}", cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken) => await GetAsync(At("variables", scope), TurnpikeJson.Relaxed.DictionaryStringJsonElement, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Patch, At("variables", scope), changes.ToDictionary(), 0, TurnpikeJson.Relaxed.DictionaryStringJsonElement, cancellationToken);

    private async Task<bool> IsThereAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await server.AskAsync(new(HttpMethod.Get, path), cancellationToken);
            return true;
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.ProjectNotFound)
        {
            return false;
        }
    }

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => server.GetAsync(path, type, cancellationToken);

    private async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync(path, type, cancellationToken);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.RuleNotFound)
        {
            return null;
        }
    }

    /// <summary>Sends something over what was read at a revision; 0: whatever is there.</summary>
    private Task<T> SendAsync<T>(HttpMethod method, string path, T body, int revision, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var request = ServerConnection.Send(method, path, body, type);
        if (revision > 0) request.Headers.IfMatch.Add(new(string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"")));
        return server.AskAsync(request, type, cancellationToken);
    }

    private Task DeleteAsync(string path, CancellationToken cancellationToken) => server.TellAsync(new(HttpMethod.Delete, path), cancellationToken);

    private static string Listed(string what, SettingsQuery query) => $"api/{what}?limit={query.Limit}{ServerConnection.And("query", query.Query)}{ServerConnection.And("after", query.After)}";

    private static string At(string what, string id) => $"api/{what}/{ServerConnection.Step(id)}";
}
