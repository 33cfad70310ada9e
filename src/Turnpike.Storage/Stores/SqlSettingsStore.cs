using System.Data.Common;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Settings, in a database.</summary>
internal sealed class SqlSettingsStore(SqlDatabase database, ISecretBox secrets) : ISettingsStore
{
    private readonly ProjectRows _projects = new(secrets);

    public Task<IReadOnlyList<Rule>> AlwaysOnAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await RuleRows.FullAsync(session, await session.QueryAsync(RuleSql.AlwaysOn, RuleRows.ReadRule)), cancellationToken);

    public Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken) => database.ReadAsync(session => RuleRows.FindAsync(session, idOrName), cancellationToken);

    public Task<IReadOnlyList<Rule>?> TaggedAsync(string tag, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Rule>?>(async session =>
    {
        var place = RuleRows.PlaceOf(tag);
        if (await session.QueryAsync(TagSql.Find, _ => 1, ("@place", place)) is []) return null;
        return await RuleRows.FullAsync(session, await session.QueryAsync(RuleSql.Tagged, RuleRows.ReadRule, ("@tag", place)));
    }, cancellationToken);

    public Task<Page<Rule>> ListRulesAsync(SettingsQuery query, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        var page = await PageAsync(session, RuleSql.List, RuleRows.ReadRule, rule => RuleRows.PlaceOf(rule.Name), query);
        return page with { Data = await RuleRows.FullAsync(session, page.Data) };
    }, cancellationToken);

    public Task<IReadOnlyList<string>> RuleNamesAsync(CancellationToken cancellationToken) => database.ReadAsync(RuleRows.NamesAsync, cancellationToken);

    public Task<Rule> SaveRuleAsync(Rule rule, CancellationToken cancellationToken) => SaveRuleAsync(rule, null, cancellationToken);

    public Task<Rule> SaveRuleAsync(Rule rule, int? expected, CancellationToken cancellationToken) => ChangeAsync(session => RuleRows.SaveAsync(session, rule, expected), cancellationToken);

    public Task<Rule> AddRuleAsync(Rule rule, CancellationToken cancellationToken) => ChangeAsync(session => RuleRows.SaveAsync(session, rule, 0), cancellationToken);

    public Task<bool> DeleteRuleAsync(string id, CancellationToken cancellationToken) => DeleteRuleAsync(id, null, cancellationToken);

    public Task<bool> DeleteRuleAsync(string id, int? expected, CancellationToken cancellationToken) => ChangeAsync(session => RuleRows.DeleteAsync(session, id, expected), cancellationToken);

    public Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken) => database.ReadAsync(session => RuleRows.FindTagAsync(session, name), cancellationToken);

    public Task<Page<Tag>> ListTagsAsync(SettingsQuery query, CancellationToken cancellationToken) => database.ReadAsync(async session =>
    {
        var page = await PageAsync(session, TagSql.List, RuleRows.ReadTag, tag => RuleRows.PlaceOf(tag.Name), query);
        var full = new List<Tag>(page.Data.Count);
        foreach (var tag in page.Data) full.Add(await RuleRows.FullAsync(session, tag));
        return page with { Data = full };
    }, cancellationToken);

    public Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken) => SaveTagAsync(tag, null, cancellationToken);

    public Task<Tag> SaveTagAsync(Tag tag, int? expected, CancellationToken cancellationToken) => ChangeAsync(session => RuleRows.SaveTagAsync(session, tag, expected), cancellationToken);

    public Task<Tag> AddTagAsync(Tag tag, CancellationToken cancellationToken) => ChangeAsync(session => RuleRows.SaveTagAsync(session, tag, 0), cancellationToken);

    public Task<bool> DeleteTagAsync(string name, CancellationToken cancellationToken) => DeleteTagAsync(name, null, cancellationToken);

    public Task<bool> DeleteTagAsync(string name, int? expected, CancellationToken cancellationToken) => ChangeAsync(session => RuleRows.DeleteTagAsync(session, name, expected), cancellationToken);

    public Task<IReadOnlyList<Project>> ChainAsync(string project, CancellationToken cancellationToken) => database.ReadAsync(session => _projects.ChainAsync(session, project), cancellationToken);

    public Task<Page<Project>> ListProjectsAsync(SettingsQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(session => PageAsync(session, ProjectSql.List, _projects.Read, project => SettingsPlace.Of(project.Name, project.Id), query), cancellationToken);

    public Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken) => SaveProjectAsync(project, null, cancellationToken);

    public Task<Project> SaveProjectAsync(Project project, int? expected, CancellationToken cancellationToken) => ChangeAsync(session => _projects.SaveAsync(session, project, expected), cancellationToken);

    public Task<bool> DeleteProjectAsync(string id, CancellationToken cancellationToken) => DeleteProjectAsync(id, null, cancellationToken);

    public Task<bool> DeleteProjectAsync(string id, int? expected, CancellationToken cancellationToken) => ChangeAsync(session => _projects.DeleteAsync(session, id, expected), cancellationToken);

    public Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken) => database.ReadAsync(session => VariablesAsync(session, scope), cancellationToken);

    public Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken) =>
        changes.Count == 0 ? VariablesAsync(scope, cancellationToken) : ChangeAsync<IReadOnlyDictionary<string, JsonElement>>(async session =>
        {
            var changed = ScopedVariables.Changed(await VariablesAsync(session, scope), changes);
            await session.ExecuteAsync(ScopedVariableSql.Save, ("@scope", scope), ("@json", secrets.Seal(JsonSerializer.Serialize(changed, TurnpikeJson.Relaxed.DictionaryStringJsonElement), Purpose(scope))));
            return changed;
        }, cancellationToken);

    /// <summary>Changes something and tells all who listen.</summary>
    private Task<T> ChangeAsync<T>(Func<SqlSession, Task<T>> change, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var result = await change(session);
        session.Tell(StoreChange.Settings, "");
        return result;
    }, cancellationToken);

    private static string Purpose(string scope) => "variables of " + scope;

    private async Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(SqlSession session, string scope) =>
        await session.QueryAsync(ScopedVariableSql.Find, row => secrets.OpenValues(row.GetString(0), Purpose(scope)), ("@scope", scope)) is [var found] ? found : new Dictionary<string, JsonElement>();

    private static async Task<Page<T>> PageAsync<T>(SqlSession session, IReadOnlyList<string> sql, Func<DbDataReader, T> read, Func<T, string> place, SettingsQuery query)
    {
        var words = SearchWords.OfList(query.Query);
        var rows = await session.QueryAsync(sql[words.Length], read, [("@after", query.After ?? ""), ("@limit", query.Limit + 1L), .. words.Select((word, i) => ($"@word{i}", (object?)LikePatterns.Word(word)))]);
        if (rows.Count <= query.Limit) return new(rows, null);
        rows.RemoveAt(query.Limit);
        return new(rows, place(rows[^1]));
    }
}
