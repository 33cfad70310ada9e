namespace Turnpike.Turns.Settings;

/// <summary>Rules and the tags that bundle them, in memory. Not safe for use by several at once.</summary>
internal sealed class InMemoryRules
{
    private readonly Dictionary<string, Rule> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ids = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _alwaysOn = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Tag Tag, HashSet<string> Rules)> _tags = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<string>> _tagsOf = new(StringComparer.Ordinal);

    public IEnumerable<Rule> All() => _byId.Values.Select(Full);

    public IReadOnlyList<string> Names() => [.. _ids.Keys.OrderBy(name => name.ToLowerInvariant(), StringComparer.Ordinal)];

    public IReadOnlyList<Rule> AlwaysOn() => Sorted(_alwaysOn);

    public Rule? Find(string idOrName) => (_byId.GetValueOrDefault(idOrName) ?? (_ids.TryGetValue(idOrName, out var id) ? _byId[id] : null)) is { } rule ? Full(rule) : null;

    public IReadOnlyList<Rule>? Tagged(string tag) => _tags.TryGetValue(tag, out var kept) ? Sorted(kept.Rules) : null;

    public Rule Save(Rule rule)
    {
        var id = rule.Id.Length == 0 ? Ids.New("rule") : rule.Id;
        if (_ids.TryGetValue(rule.Name, out var other) && other != id) throw SettingsErrors.Taken("rule", rule.Name);
        if (_byId.TryGetValue(id, out var before)) _ids.Remove(before.Name);
        _ids[rule.Name] = id;
        _byId[id] = rule with { Id = id, Tags = [] };
        if (rule.AlwaysOn) _alwaysOn.Add(id);
        else _alwaysOn.Remove(id);
        foreach (var tag in TagsOf(id).ToArray()) Untie(tag, id);
        foreach (var tag in rule.Tags) Tie(tag, id);
        return Full(_byId[id]);
    }

    public bool Delete(string id)
    {
        if (!_byId.Remove(id, out var rule)) return false;
        _ids.Remove(rule.Name);
        _alwaysOn.Remove(id);
        foreach (var tag in TagsOf(id).ToArray()) Untie(tag, id);
        return true;
    }

    public IEnumerable<Tag> Tags() => _tags.Values.Select(Full);

    public Tag? FindTag(string name) => _tags.TryGetValue(name, out var kept) ? Full(kept) : null;

    public Tag SaveTag(Tag tag)
    {
        var rules = tag.Rules.Select(name => Find(name)?.Id ?? throw SettingsErrors.NoRule(name, _ids.Keys, $"tag \"{tag.Name}\"")).ToArray();
        DeleteTag(tag.Name);
        _tags[tag.Name] = (tag with { Rules = [] }, new(StringComparer.Ordinal));
        foreach (var rule in rules) Tie(tag.Name, rule);
        return Full(_tags[tag.Name]);
    }

    public bool DeleteTag(string name)
    {
        if (!_tags.TryGetValue(name, out var kept)) return false;
        foreach (var rule in kept.Rules.ToArray()) Untie(kept.Tag.Name, rule);
        return _tags.Remove(name);
    }

    private void Tie(string tag, string rule)
    {
        if (!_tags.TryGetValue(tag, out var kept)) _tags[tag] = kept = (new() { Name = tag }, new(StringComparer.Ordinal));
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
