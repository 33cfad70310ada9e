namespace Turnpike.Turns.Settings;

/// <summary>Rules and the tags that bundle them, in memory. Not safe for use by several at once.</summary>
internal sealed class InMemoryRules
{
    private readonly Dictionary<string, Rule> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ids = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _alwaysOn = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Tag Tag, HashSet<string> Rules)> _tags = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<string>> _tagsOf = new(StringComparer.Ordinal);
    private (int Rules, int Tags) _left; // the highest revisions that are gone: what is made anew counts on from there

    public IEnumerable<Rule> All() => _byId.Values.Select(Full);

    public IReadOnlyList<string> Names() => [.. _ids.Keys.OrderBy(name => name.ToLowerInvariant(), StringComparer.Ordinal)];

    public IReadOnlyList<Rule> AlwaysOn() => Sorted(_alwaysOn);

    public Rule? Find(string idOrName) => (_byId.GetValueOrDefault(idOrName) ?? (_ids.TryGetValue(idOrName, out var id) ? _byId[id] : null)) is { } rule ? Full(rule) : null;

    public IReadOnlyList<Rule>? Tagged(string tag) => _tags.TryGetValue(tag, out var kept) ? Sorted(kept.Rules) : null;

    public Rule Save(Rule rule, int? expected)
    {
        var id = rule.Id.Length == 0 ? Ids.New("rule") : rule.Id;
        var before = _byId.GetValueOrDefault(id);
        if (expected is { } revision) SettingsErrors.RefuseOther("rule", id, before?.Revision, revision);
        if (_ids.TryGetValue(rule.Name, out var other) && other != id) throw SettingsErrors.Taken("rule", rule.Name);
        if (before is not null) _ids.Remove(before.Name);
        _ids[rule.Name] = id;
        _byId[id] = rule with { Id = id, Tags = [], Revision = (before?.Revision ?? _left.Rules) + 1 };
        if (rule.AlwaysOn) _alwaysOn.Add(id);
        else _alwaysOn.Remove(id);
        var had = TagsOf(id).ToArray();
        foreach (var tag in had) Untie(tag, id);
        foreach (var tag in rule.Tags) Tie(tag, id);
        foreach (var tag in Changed(had, TagsOf(id), StringComparer.OrdinalIgnoreCase)) Touch(tag);
        return Full(_byId[id]);
    }

    public bool Delete(string id, int? expected)
    {
        if (expected is { } revision && _byId.GetValueOrDefault(id) is { } kept) SettingsErrors.RefuseOther("rule", id, kept.Revision, revision);
        if (!_byId.Remove(id, out var rule)) return false;
        _left.Rules = Math.Max(_left.Rules, rule.Revision);
        _ids.Remove(rule.Name);
        _alwaysOn.Remove(id);
        foreach (var tag in TagsOf(id).ToArray())
        {
            Untie(tag, id);
            Touch(tag);
        }
        return true;
    }

    public IEnumerable<Tag> Tags() => _tags.Values.Select(Full);

    public Tag? FindTag(string name) => _tags.TryGetValue(name, out var kept) ? Full(kept) : null;

    public Tag SaveTag(Tag tag, int? expected)
    {
        var before = _tags.TryGetValue(tag.Name, out var kept) ? kept.Tag : null;
        if (expected is { } revision) SettingsErrors.RefuseOther("tag", tag.Name, before?.Revision, revision);
        var rules = tag.Rules.Select(name => Find(name)?.Id ?? throw SettingsErrors.NoRule(name, _ids.Keys, $"tag \"{tag.Name}\"")).ToArray();
        var had = RemoveTag(tag.Name);
        _tags[tag.Name] = (tag with { Rules = [], Revision = (before?.Revision ?? _left.Tags) + 1 }, new(StringComparer.Ordinal));
        foreach (var rule in rules) Tie(tag.Name, rule);
        foreach (var rule in Changed(had ?? [], rules, StringComparer.Ordinal)) TouchRule(rule);
        return Full(_tags[tag.Name]);
    }

    public bool DeleteTag(string name, int? expected)
    {
        if (expected is { } revision && FindTag(name) is { } kept) SettingsErrors.RefuseOther("tag", name, kept.Revision, revision);
        _left.Tags = Math.Max(_left.Tags, FindTag(name)?.Revision ?? 0);
        if (RemoveTag(name) is not { } had) return false;
        foreach (var rule in had) TouchRule(rule);
        return true;
    }

    /// <summary>The rules that a tag had, once it is gone; null: there was none.</summary>
    private string[]? RemoveTag(string name)
    {
        if (!_tags.Remove(name, out var kept)) return null;
        foreach (var rule in kept.Rules)
            if (_tagsOf.TryGetValue(rule, out var tags)) tags.Remove(kept.Tag.Name);
        return [.. kept.Rules];
    }

    private void Touch(string tag)
    {
        var (kept, rules) = _tags[tag];
        _tags[tag] = (kept with { Revision = kept.Revision + 1 }, rules);
    }

    private void TouchRule(string id) => _byId[id] = _byId[id] with { Revision = _byId[id].Revision + 1 };

    private static string[] Changed(IEnumerable<string> before, IEnumerable<string> now, StringComparer comparer)
    {
        var changed = before.ToHashSet(comparer);
        changed.SymmetricExceptWith(now);
        return [.. changed];
    }

    private void Tie(string tag, string rule)
    {
        if (!_tags.TryGetValue(tag, out var kept)) _tags[tag] = kept = (new() { Name = tag, Revision = _left.Tags }, new(StringComparer.Ordinal)); // changed by the tie, which makes it the first
        kept.Rules.Add(rule);
        if (!_tagsOf.TryGetValue(rule, out var tags)) _tagsOf[rule] = tags = new(StringComparer.OrdinalIgnoreCase);
        tags.Add(kept.Tag.Name);
    }

    private void Untie(string tag, string rule)
    {
        _tags[tag].Rules.Remove(rule);
        if (_tagsOf.TryGetValue(rule, out var tags)) tags.Remove(tag);
    }

    private HashSet<string> TagsOf(string rule) => _tagsOf.GetValueOrDefault(rule) ?? [];

    private Rule Full(Rule rule) => rule with { Tags = [.. TagsOf(rule.Id).Order(StringComparer.OrdinalIgnoreCase)] };

    private Tag Full((Tag Tag, HashSet<string> Rules) kept) => kept.Tag with { Rules = [.. Sorted(kept.Rules).Select(rule => rule.Name)] };

    private IReadOnlyList<Rule> Sorted(IEnumerable<string> ids) => [.. ids.Select(id => Full(_byId[id])).OrderBy(rule => rule.Name.ToLowerInvariant(), StringComparer.Ordinal)];
}
