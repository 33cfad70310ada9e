using System.Text.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Imports;

/// <summary>The rules, tags and projects of a LiteChat configuration.</summary>
internal sealed class LiteChatSettings(ImportPlan plan, string source, IReadOnlyDictionary<string, string> providers)
{
    private const int LongestName = 80; // with room for what tells it from another
    private readonly TakenNames _ruleNames = new(), _tagNames = new();
    private readonly Dictionary<string, string> _rules = new(StringComparer.Ordinal); // ids, theirs and ours
    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal); // their ids, our names

    public void Read(ImportMembers file)
    {
        foreach (var rule in file.List("rules")) Rule(new(rule));
        var links = file.List("tagRuleLinks").Select(link => new ImportMembers(link)).Select(link => (Tag: link.Text("tagId") ?? "", Rule: link.Text("ruleId") ?? "")).ToList();
        var bundles = links.ToLookup(link => link.Tag, link => link.Rule, StringComparer.Ordinal);
        foreach (var tag in file.List("tags")) Tag(new(tag), bundles);
        foreach (var (tag, rule) in links.Where(link => !_tags.ContainsKey(link.Tag))) plan.Note("tagRuleLink", $"{tag} {rule}").Skip($"its tag \"{tag}\" is not in the file");
        foreach (var project in InOrder(file.List("projects").Select(project => new ImportMembers(project)))) Project(project);
    }

    private void Rule(ImportMembers rule)
    {
        var id = rule.Text("id") ?? "";
        var notes = plan.Note("rule", id);
        var name = Name(rule.Text("name"), id, _ruleNames, notes);
        var type = rule.Text("type") ?? "system";
        if (type is "control" or "beforeUser") notes.Changed($"its type \"{type}\" is \"{(type == "control" ? "system" : "before")}\" here");
        else if (type is not ("system" or "before" or "after")) notes.Changed($"its type \"{type}\" is not known; it is \"system\" here");
        if (rule.Text("description") is { Length: > 0 }) notes.Changed("not kept: description");
        foreach (var read in (string[])["createdAt", "updatedAt"]) rule.Get(read);
        var made = new Rule
        {
            Id = ImportIds.Of("rule", source, id),
            Name = name,
            Content = (rule.Text("content") ?? "").Replace("{{", @"\{{", StringComparison.Ordinal), // theirs are no templates
            Placement = type is "before" or "beforeUser" ? RulePlacement.Before : type == "after" ? RulePlacement.After : RulePlacement.System,
            AlwaysOn = rule.Get("alwaysOn") is { ValueKind: JsonValueKind.True },
        };
        rule.NoteUnread(notes);
        if (made.AlwaysOn) notes.Remark("it is always on: it counts in every turn of the organization from now on. Switch it off, or put it into a tag, if that is too much");
        if (!IsSound(() => SettingsRules.Check(made), notes)) return;
        notes.Id = _rules[id] = made.Id;
        plan.Rules.Add(made);
    }

    private void Tag(ImportMembers tag, ILookup<string, string> bundles)
    {
        var id = tag.Text("id") ?? "";
        var notes = plan.Note("tag", id);
        var name = Name(tag.Text("name"), id, _tagNames, notes);
        var bundled = bundles[id].Distinct(StringComparer.Ordinal).ToList();
        foreach (var gone in bundled.Where(rule => !_rules.ContainsKey(rule))) notes.Changed($"its rule \"{gone}\" is not here");
        foreach (var read in (string[])["createdAt", "updatedAt"]) tag.Get(read);
        var made = new Tag { Name = name, Description = tag.Text("description"), Rules = [.. bundled.Where(_rules.ContainsKey).Select(rule => _rules[rule])] };
        tag.NoteUnread(notes);
        if (!IsSound(() => SettingsRules.Check(made), notes))
        {
            _tagNames.Free(name);
            return;
        }
        notes.Id = _tags[id] = name;
        plan.Tags.Add((made, notes));
    }

    private void Project(ImportMembers project)
    {
        var id = project.Text("id") ?? "";
        var notes = plan.Note("project", id);
        if (id.Length == 0)
        {
            notes.Skip("it has no id");
            return;
        }
        notes.Id = ImportIds.Of("proj", source, id);
        var parameters = TurnParameters.None;
        foreach (var name in (string[])["temperature", "maxTokens", "topP", "topK", "presencePenalty", "frequencyPenalty"]) parameters = LiteChatParameters.With(parameters, name, project.Get(name), notes);
        foreach (var read in (string[])["createdAt", "updatedAt", "path", "metadata"]) project.Get(read);
        var parent = project.Text("parentId") is { } above ? ImportIds.Of("proj", source, above) : null;
        if (parent is not null && !plan.HasProject(parent))
        {
            notes.Changed($"its parent \"{project.Text("parentId")}\" is not in the file or stands below it; it stands alone here");
            parent = null;
        }
        var model = project.Text("modelId") is { } named ? LiteChatConversation.Model(named, providers) : null;
        if (model?.StartsWith("imported/", StringComparison.Ordinal) == true) notes.Changed($"its model \"{project.Text("modelId")}\" is not kept: the file does not say whose it is");
        var made = new Project
        {
            Id = notes.Id,
            Name = Name(project.Text("name"), id, new(), notes),
            Parent = parent,
            System = project.Text("systemPrompt") is { Length: > 0 } system ? new(system, ProjectSystemMode.Append) : null,
            Model = model is null || model.StartsWith("imported/", StringComparison.Ordinal) ? null : model,
            Parameters = parameters == TurnParameters.None ? null : parameters,
            Rules = [.. Known(project, "defaultRuleIds", _rules, notes)],
            Tags = [.. Known(project, "defaultTagIds", _tags, notes)],
        };
        project.NoteUnread(notes);
        plan.Add(made);
    }

    private static IEnumerable<string> Known(ImportMembers project, string name, Dictionary<string, string> known, ImportItemNotes notes)
    {
        var ids = project.List(name).Select(id => id.ToString()).Distinct(StringComparer.Ordinal).ToList();
        foreach (var gone in ids.Where(id => !known.ContainsKey(id))) notes.Changed($"not kept: \"{gone}\" of {name}, which is not in the file");
        return ids.Where(known.ContainsKey).Select(id => known[id]);
    }

    /// <summary>Parents before those below them; of a ring, the first of the file before the others.</summary>
    private static List<ImportMembers> InOrder(IEnumerable<ImportMembers> projects)
    {
        var all = projects.Select(project => (Project: project, Id: project.Text("id") ?? "", Parent: project.Text("parentId"))).ToArray();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < all.Length; at++) places.TryAdd(all[at].Id, at);
        var (ordered, placed, walked) = (new List<ImportMembers>(all.Length), new bool[all.Length], new List<int>());
        for (var first = 0; first < all.Length; first++, walked.Clear())
        {
            var at = first;
            for (; at >= 0 && !placed[at]; at = all[at].Parent is { } parent && places.TryGetValue(parent, out var above) ? above : -1)
            {
                walked.Add(at);
                placed[at] = true;
            }
            var ring = walked.IndexOf(at);
            if (ring >= 0) ordered.Add(all[at].Project);
            for (var next = walked.Count - 1; next >= 0; next--) if (next != ring) ordered.Add(all[walked[next]].Project);
        }
        return ordered;
    }

    /// <summary>A name as ours may be: nobody else in the file has it, and it is not too long.</summary>
    private static string Name(string? given, string id, TakenNames taken, ImportItemNotes notes)
    {
        var wanted = new string([.. (given ?? "").Where(letter => !char.IsControl(letter))]).Trim();
        if (wanted.StartsWith(Settings.Tag.Prefix, StringComparison.OrdinalIgnoreCase)) wanted = wanted[Settings.Tag.Prefix.Length..].Trim();
        if (wanted.Length == 0) wanted = id;
        if (wanted.Length > LongestName) wanted = wanted[..LongestName].Trim();
        var name = taken.Take(wanted);
        if (name != given) notes.Changed($"its name \"{given}\" is \"{name}\" here");
        return name;
    }

    private static bool IsSound(Action check, ImportItemNotes notes)
    {
        try
        {
            check();
            return true;
        }
        catch (TurnException error)
        {
            notes.Skip(error.Message);
            return false;
        }
    }
}
