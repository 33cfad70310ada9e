using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;

namespace Turnpike.Messages;

/// <summary>The rules of a turn while layer after layer chooses, the lowest first.</summary>
internal sealed class RuleChoice(ISettingsStore store, TurnDraft draft)
{
    private readonly Dictionary<string, (Rule Rule, int Group, string Source)> _chosen = new(StringComparer.Ordinal);

    public int Count => _chosen.Count;

    public void Add(Rule rule, int group, string source) => _chosen.TryAdd(rule.Id, (rule, group, source));

    public async ValueTask ApplyAsync(SettingsLayer layer, CancellationToken cancellationToken)
    {
        var group = GroupOf(layer.Name);
        if (layer.Rules.Only is { } only)
        {
            _chosen.Clear();
            await AddAllAsync(only, group, layer.Name, cancellationToken);
        }
        await AddAllAsync(layer.Rules.Add, group, layer.Name, cancellationToken);
        foreach (var name in layer.Rules.Remove)
        {
            // What a layer names itself stays when it takes the tag away: the later word was for the rule.
            foreach (var rule in await FindAsync(name, cancellationToken) ?? []) if (!IsTag(name) || !layer.Rules.Add.Contains(rule.Name, StringComparer.OrdinalIgnoreCase)) _chosen.Remove(rule.Id);
        }
    }

    /// <summary>The rules in their order; the trace hears of each.</summary>
    public IEnumerable<Rule> InOrder()
    {
        foreach (var (rule, _, source) in _chosen.Values.OrderBy(chosen => chosen.Group).ThenBy(chosen => chosen.Rule.Name, StringComparer.OrdinalIgnoreCase))
        {
            draft.Trace.Record("rules." + rule.Name, null, rule.Placement.ToString().ToLowerInvariant(), source);
            yield return rule;
        }
    }

    private async ValueTask AddAllAsync(IReadOnlyList<string> names, int group, string layer, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            if (await FindAsync(name, cancellationToken) is not { } rules)
            {
                var error = await UnknownAsync(name, layer, cancellationToken);
                if (group is not (1 or 3)) throw error;
                draft.Warn("rule_not_found", error.Message); // kept settings outlive rules, and must not lock a conversation
                continue;
            }
            foreach (var rule in rules) Add(rule, group, IsTag(name) ? $"{layer} ({name})" : layer);
        }
    }

    private async ValueTask<IReadOnlyList<Rule>?> FindAsync(string name, CancellationToken cancellationToken) =>
        IsTag(name) ? await store.TaggedAsync(name[Tag.Prefix.Length..], cancellationToken) : await store.FindRuleAsync(name, cancellationToken) is { } rule ? [rule] : null;

    private async ValueTask<TurnException> UnknownAsync(string name, string layer, CancellationToken cancellationToken) => IsTag(name)
        ? SettingsErrors.NoTag(name[Tag.Prefix.Length..], (await store.ListTagsAsync(new() { Limit = 200 }, cancellationToken)).Data.Select(tag => tag.Name), layer)
        : SettingsErrors.NoRule(name, await store.RuleNamesAsync(cancellationToken), layer);

    private static bool IsTag(string name) => name.StartsWith(Tag.Prefix, StringComparison.OrdinalIgnoreCase);

    private static int GroupOf(string layer) => layer switch
    {
        "prompt" => 2,
        "conversation" => 3,
        "request" or "trigger" or "agent" => 4,
        _ => 1,
    };
}
