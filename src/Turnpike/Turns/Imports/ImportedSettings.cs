using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Imports;

/// <summary>Leaves out the rules, tags and projects of a plan that are here already, and gives those another name whose name somebody else has.</summary>
internal sealed class ImportedSettings(ISettingsStore settings, ImportPlan plan)
{
    private readonly List<Rule> _rules = [];
    private readonly List<Tag> _tags = [];
    private readonly List<Project> _projects = [];
    private readonly HashSet<string> _ruleNames = new(StringComparer.OrdinalIgnoreCase); // taken by others of the file, or by rules that are here
    private readonly Dictionary<string, Tag> _chosen = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _renamed = new(StringComparer.Ordinal);

    public IReadOnlyList<Rule> Rules => _rules;

    public IReadOnlyList<Tag> Tags => _tags;

    public IReadOnlyList<Project> Projects => _projects;

    public async Task ChooseAsync(CancellationToken cancellationToken)
    {
        var notesOf = plan.NotesById();
        foreach (var rule in plan.Rules.DistinctBy(rule => rule.Id))
        {
            var notes = notesOf[rule.Id].First();
            if (await settings.FindRuleAsync(rule.Id, cancellationToken) is not null) notes.SkipKnown();
            else _rules.Add(rule with { Name = await FreeAsync(rule.Name, async name => !_ruleNames.Add(name) || await settings.FindRuleAsync(name, cancellationToken) is not null, notes) });
        }
        foreach (var (tag, notes) in plan.Tags) await TagAsync(tag, notes, cancellationToken);
        foreach (var project in plan.Projects.DistinctBy(project => project.Id))
        {
            if ((await settings.ChainAsync(project.Id, cancellationToken)).Count == 0) _projects.Add(project with { Tags = [.. project.Tags.Select(tag => _renamed.GetValueOrDefault(tag, tag))] });
            else notesOf[project.Id].First().SkipKnown();
        }
    }

    private async Task TagAsync(Tag tag, ImportItemNotes notes, CancellationToken cancellationToken)
    {
        for (var (name, number) = (tag.Name, 1); ; name = $"{tag.Name} ({(++number == 2 ? "imported" : number)})")
        {
            var bundled = _chosen.GetValueOrDefault(name) is { } chosen ? chosen.Rules : (await settings.TaggedAsync(name, cancellationToken))?.Select(rule => rule.Id);
            if (bundled is null)
            {
                Rename(tag.Name, name, notes);
                _tags.Add(_chosen[name] = tag with { Name = name });
                return;
            }
            if (!tag.Rules.ToHashSet(StringComparer.Ordinal).SetEquals(bundled)) continue;
            Rename(tag.Name, name, notes);
            notes.SkipKnown($"there is a tag \"{name}\" of these rules already");
            return;
        }
    }

    private void Rename(string from, string name, ImportItemNotes notes)
    {
        if (from == name) return;
        _renamed[from] = notes.Id = name;
        notes.Changed($"its name \"{from}\" is \"{name}\" here, for there is another of that name");
    }

    private static async Task<string> FreeAsync(string wanted, Func<string, Task<bool>> isTaken, ImportItemNotes notes)
    {
        for (var (name, number) = (wanted, 1); ; name = $"{wanted} ({(++number == 2 ? "imported" : number)})")
        {
            if (await isTaken(name)) continue;
            if (name != wanted) notes.Changed($"its name \"{wanted}\" is \"{name}\" here, for there is another of that name");
            return name;
        }
    }
}
