using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Settings;

/// <summary>Settings, in memory.</summary>
internal sealed class InMemorySettingsStore : ISettingsStore
{
    private readonly Lock _gate = new();
    private readonly InMemoryRules _rules = new();
    private readonly InMemoryProjects _projects = new();
    private readonly Dictionary<string, IReadOnlyDictionary<string, JsonElement>> _variables = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<Rule>> AlwaysOnAsync(CancellationToken cancellationToken) => Locked(_rules.AlwaysOn);

    public Task<Rule?> FindRuleAsync(string idOrName, CancellationToken cancellationToken) => Locked(() => _rules.Find(idOrName));

    public Task<IReadOnlyList<Rule>?> TaggedAsync(string tag, CancellationToken cancellationToken) => Locked(() => _rules.Tagged(tag));

    public Task<Page<Rule>> ListRulesAsync(SettingsQuery query, CancellationToken cancellationToken) => Locked(() => PageOf(_rules.All(), rule => rule.Name, rule => rule.Id, query));

    public Task<IReadOnlyList<string>> RuleNamesAsync(CancellationToken cancellationToken) => Locked(_rules.Names);

    public Task<Rule> SaveRuleAsync(Rule rule, CancellationToken cancellationToken) => SaveRuleAsync(rule, null, cancellationToken);

    public Task<Rule> SaveRuleAsync(Rule rule, int? expected, CancellationToken cancellationToken) => Locked(() => _rules.Save(rule, expected));

    public Task<Rule> AddRuleAsync(Rule rule, CancellationToken cancellationToken) => Locked(() => rule.Id.Length == 0 || _rules.Find(rule.Id) is null ? _rules.Save(rule, null) : throw SettingsErrors.IdTaken("rule", rule.Id));

    public Task<bool> DeleteRuleAsync(string id, CancellationToken cancellationToken) => DeleteRuleAsync(id, null, cancellationToken);

    public Task<bool> DeleteRuleAsync(string id, int? expected, CancellationToken cancellationToken) => Locked(() => _rules.Delete(id, expected));

    public Task<Tag?> FindTagAsync(string name, CancellationToken cancellationToken) => Locked(() => _rules.FindTag(name));

    public Task<Page<Tag>> ListTagsAsync(SettingsQuery query, CancellationToken cancellationToken) => Locked(() => PageOf(_rules.Tags(), tag => tag.Name, _ => "", query));

    public Task<Tag> SaveTagAsync(Tag tag, CancellationToken cancellationToken) => SaveTagAsync(tag, null, cancellationToken);

    public Task<Tag> SaveTagAsync(Tag tag, int? expected, CancellationToken cancellationToken) => Locked(() => _rules.SaveTag(tag, expected));

    public Task<Tag> AddTagAsync(Tag tag, CancellationToken cancellationToken) => Locked(() => _rules.SaveTag(tag, 0));

    public Task<bool> DeleteTagAsync(string name, CancellationToken cancellationToken) => DeleteTagAsync(name, null, cancellationToken);

    public Task<bool> DeleteTagAsync(string name, int? expected, CancellationToken cancellationToken) => Locked(() => _rules.DeleteTag(name, expected));

    public Task<IReadOnlyList<Project>> ChainAsync(string project, CancellationToken cancellationToken) => Locked<IReadOnlyList<Project>>(() => _projects.Chain(project));

    public Task<Page<Project>> ListProjectsAsync(SettingsQuery query, CancellationToken cancellationToken) => Locked(() => PageOf(_projects.All, project => project.Name, project => project.Id, query));

    public Task<Project> SaveProjectAsync(Project project, CancellationToken cancellationToken) => SaveProjectAsync(project, null, cancellationToken);

    public Task<Project> SaveProjectAsync(Project project, int? expected, CancellationToken cancellationToken) => Locked(() => _projects.Save(project, expected));

    public Task<bool> DeleteProjectAsync(string id, CancellationToken cancellationToken) => DeleteProjectAsync(id, null, cancellationToken);

    public Task<bool> DeleteProjectAsync(string id, int? expected, CancellationToken cancellationToken) => Locked(() => _projects.Delete(id, expected));

    public Task<IReadOnlyDictionary<string, JsonElement>> VariablesAsync(string scope, CancellationToken cancellationToken) => Locked(() => VariablesOf(scope));

    public Task<IReadOnlyDictionary<string, JsonElement>> SetVariablesAsync(string scope, IReadOnlyDictionary<string, JsonElement> changes, CancellationToken cancellationToken) =>
        Locked(() => _variables[scope] = ScopedVariables.Changed(VariablesOf(scope), changes));

    private IReadOnlyDictionary<string, JsonElement> VariablesOf(string scope) => _variables.GetValueOrDefault(scope) ?? new Dictionary<string, JsonElement>();

    private Task<T> Locked<T>(Func<T> work)
    {
        try
        {
            lock (_gate) return Task.FromResult(work());
        }
        catch (TurnException error)
        {
            return Task.FromException<T>(error);
        }
    }

    private static Page<T> PageOf<T>(IEnumerable<T> all, Func<T, string> name, Func<T, string> id, SettingsQuery query)
    {
        var words = SearchWords.OfList(query.Query);
        var rows = all.Where(row => SearchWords.AllIn(name(row), words)).Select(row => (Row: row, Place: SettingsPlace.Of(name(row), id(row))))
            .Where(row => query.After is null || string.CompareOrdinal(row.Place, query.After) > 0)
            .OrderBy(row => row.Place, StringComparer.Ordinal).Take(query.Limit + 1).ToList();
        var isLast = rows.Count <= query.Limit;
        return new([.. rows.Take(query.Limit).Select(row => row.Row)], isLast ? null : rows[query.Limit - 1].Place);
    }
}
