using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>The names of rules and tags that may be typed.</summary>
internal sealed class RuleNames(ISettingsStore store)
{
    private const int MostSuggested = 100;

    /// <summary>Rules for completion; what they say only for whoever may read them.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestRulesAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) => !MaySee ? [] :
        [.. (await store.ListRulesAsync(new() { Query = request.Typed, Limit = MostSuggested }, cancellationToken)).Data.Select(rule => new TriggerSuggestion(rule.Name, Detail: MayRead ? FirstLine(rule.Content) : null))];

    /// <summary>Tags for completion.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestTagsAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) => !MaySee ? [] :
        [.. (await store.ListTagsAsync(new() { Query = request.Typed, Limit = MostSuggested }, cancellationToken)).Data.Select(tag => new TriggerSuggestion(tag.Name, Detail: MayRead ? tag.Description : null))];

    /// <summary>Those of the names that rules have; <c>tag:name</c> stands for a tag's.</summary>
    public ValueTask<IReadOnlyCollection<string>> AmongRulesAsync(IReadOnlyCollection<string> names, TurnDraft? draft, CancellationToken cancellationToken) =>
        AmongAsync(names, async name => (name.StartsWith(Tag.Prefix, StringComparison.OrdinalIgnoreCase) ? await store.FindTagAsync(name[Tag.Prefix.Length..], cancellationToken) : (object?)await store.FindRuleAsync(name, cancellationToken)) is not null);

    /// <summary>Those of the names that tags have.</summary>
    public ValueTask<IReadOnlyCollection<string>> AmongTagsAsync(IReadOnlyCollection<string> names, TurnDraft? draft, CancellationToken cancellationToken) =>
        AmongAsync(names, async name => await store.FindTagAsync(name, cancellationToken) is not null);

    /// <summary>The rules that somebody may choose from, with what they say: those that are not always on, by name, at most 200.</summary>
    public async ValueTask<IReadOnlyList<(string Name, string About)>> ChoicesAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListRulesAsync(new() { Limit = 200 }, cancellationToken)).Data.Where(rule => !rule.AlwaysOn).Select(rule => (rule.Name, rule.Content))];

    /// <summary>Those of the names that the content of some rule uses as a variable.</summary>
    public async ValueTask<IReadOnlyCollection<string>> UsedAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        string? after = null;
        do
        {
            var page = await store.ListRulesAsync(new() { Limit = 200, After = after }, cancellationToken);
            foreach (var rule in page.Data) used.UnionWith(names.Where(name => Uses(rule, name)));
            after = page.Next;
        }
        while (after is not null && used.Count < names.Count);
        return used;
    }

    private static bool Uses(Rule rule, string name)
    {
        if (!rule.Content.Contains(name, StringComparison.Ordinal)) return false;
        try
        {
            return Prompts.Templates.PromptTemplate.Parse(rule.Content).Names.Variables.ContainsKey(name);
        }
        catch (TurnException)
        {
            return false; // the rule itself says so when it is applied
        }
    }

    /// <summary>The rules' names as they are kept; <c>tag:name</c> as it is.</summary>
    /// <exception cref="TurnException"><c>rule_not_found</c>, with the nearest name.</exception>
    public async ValueTask<string[]> CheckedAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var known = new string[names.Count];
        for (var i = 0; i < known.Length; i++)
        {
            known[i] = names[i].StartsWith(Tag.Prefix, StringComparison.OrdinalIgnoreCase)
                ? Tag.Prefix + (await TagAsync(names[i][Tag.Prefix.Length..], cancellationToken)).Name
                : (await store.FindRuleAsync(names[i], cancellationToken) ?? throw SettingsErrors.NoRule(names[i], await store.RuleNamesAsync(cancellationToken))).Name;
        }
        return known;
    }

    /// <summary>The tags with these names.</summary>
    /// <exception cref="TurnException"><c>rule_not_found</c>, with the nearest name.</exception>
    public async ValueTask<Tag[]> TagsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var tags = new Tag[names.Count];
        for (var i = 0; i < tags.Length; i++) tags[i] = await TagAsync(names[i], cancellationToken);
        return tags;
    }

    private async ValueTask<Tag> TagAsync(string name, CancellationToken cancellationToken) =>
        await store.FindTagAsync(name, cancellationToken) ?? throw SettingsErrors.NoTag(name, (await store.ListTagsAsync(new() { Limit = 200 }, cancellationToken)).Data.Select(tag => tag.Name));

    private static async ValueTask<IReadOnlyCollection<string>> AmongAsync(IReadOnlyCollection<string> names, Func<string, ValueTask<bool>> isThere)
    {
        var there = new List<string>(names.Count);
        foreach (var name in names) if (await isThere(name)) there.Add(name);
        return there;
    }

    private static bool MayRead => KeyScope.May(Scopes.PromptsRead);

    /// <summary>Whether whoever types may choose rules for a turn, or read them.</summary>
    private static bool MaySee => MayRead || KeyScope.May(Scopes.Turns);

    private static string FirstLine(string content)
    {
        var line = content.AsSpan().TrimStart();
        var end = line.IndexOfAny('\r', '\n');
        return (end < 0 ? line : line[..end]) is { Length: > 100 } longer ? $"{longer[..100]}…" : (end < 0 ? line : line[..end]).ToString();
    }
}
