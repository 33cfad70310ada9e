using System.Text.Json.Nodes;
using Turnpike.Turns.Imports;

namespace Turnpike.Prompts.Imports;

/// <summary>The prompt templates of a LiteChat export, version 1.</summary>
internal static class LiteChatTemplates
{
    public const string Format = "litechat";

    public static bool Fits(JsonObject row) => row["promptTemplates"] is JsonArray || (row["agents"] is JsonArray && row.ContainsKey("version"));

    public static IEnumerable<FoundPrompt> Read(JsonObject file)
    {
        if (file["version"]?.ToString() is { } version and not "1") throw LiteChatFile.NotVersion1(version);
        var templates = (file["promptTemplates"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var known = templates.Select(row => FoundPrompt.Text(row["id"])).OfType<string>().ToHashSet(StringComparer.Ordinal);
        JsonObject[] rows = [.. templates, .. (file["agents"] as JsonArray ?? []).OfType<JsonObject>().Where(row => FoundPrompt.Text(row["id"]) is not { } id || known.Add(id))];
        var agents = rows.Where(row => IsAgent(row) && FoundPrompt.Text(row["id"]) is not null).GroupBy(row => FoundPrompt.Text(row["id"])!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return
        [
            .. rows.Select(row => One(row, FoundPrompt.Text(row["type"]) == "task" && FoundPrompt.Text(row["parentId"]) is { } parent ? agents.GetValueOrDefault(parent) : null)),
            .. file.Where(member => member.Key is not ("version" or "exportedAt" or "promptTemplates" or "agents") && member.Value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
                .Select(member => new FoundPrompt($"{(member.Value as JsonArray)?.Count ?? 1}") { Kind = member.Key }.Skip(LiteChatFile.WhyNoPrompt(member.Key))),
        ];
    }

    private static FoundPrompt One(JsonObject row, JsonObject? agent)
    {
        var name = FoundPrompt.Text(row["name"]) ?? FoundPrompt.Text(row["id"]) ?? "template";
        var found = new FoundPrompt(name);
        if (FoundPrompt.Text(row["prompt"]) is not { Length: > 0 } text) return found.Skip("It has no text.");
        var (isAgent, names) = (IsAgent(row), new ForeignNames(found));
        var declared = (row["variables"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        names.Keep(declared.Select(variable => FoundPrompt.Text(variable["name"]) ?? ""));
        VariableDefinition[] variables = [.. declared.Select(variable => Variable(variable, names, found))];
        foreach (var left in (string[])["followUps", "isShortcut", "isPublic"])
            if (row[left] is JsonArray { Count: > 0 } || row[left]?.ToString() == "true") found.Changes.Add($"{left}: kept as metadata");
        found.Prompt = new()
        {
            Key = FoundPrompt.KeyOf(name),
            ImportedFrom = FoundPrompt.Text(row["id"]) is { } id ? $"litechat:{id}" : null,
            Title = name,
            Description = FoundPrompt.Text(row["description"]) is { Length: > 0 } about ? about : null,
            Tags = [.. FoundPrompt.Texts(row["tags"]), .. isAgent ? (string[])["agent"] : []],
            Messages = [FoundPrompt.Message(isAgent ? "system" : "user", names.In(text))],
            Variables = variables,
            Tools = [.. FoundPrompt.Texts(agent?["tools"]).Union(FoundPrompt.Texts(row["tools"]), StringComparer.Ordinal)],
            Output = LiteChatShapes.Of(row["structuredOutput"] ?? agent?["structuredOutput"], found),
            Metadata = Metadata(row),
        };
        found.ForeignRules = [.. FoundPrompt.Texts(agent?["rules"]).Union(FoundPrompt.Texts(row["rules"]), StringComparer.Ordinal)];
        if (agent is not null) found.Changes.Add($"a task of the agent \"{FoundPrompt.Text(agent["name"])}\": it has the agent's tools, rules and shape of the answer too");
        else if (FoundPrompt.Text(row["type"]) == "task" && row["parentId"] is not null) found.Changes.Add("a task of an agent that the file does not have: it comes without the agent's settings");
        found.DeclareUsed();
        return found;
    }

    /// <summary>Of a row in the list of agents that does not say what it is, that is what it is.</summary>
    private static bool IsAgent(JsonObject row) => (FoundPrompt.Text(row["type"]) ?? (row.Parent is JsonArray list && list.GetPropertyName() == "agents" ? "agent" : null)) == "agent";

    private static VariableDefinition Variable(JsonObject row, ForeignNames names, FoundPrompt found)
    {
        var name = names.Of(FoundPrompt.Text(row["name"]) ?? "");
        var type = FoundPrompt.Text(row["type"]) switch { "number" => VariableType.Number, "boolean" => VariableType.Boolean, "array" => VariableType.List, _ => VariableType.String };
        var about = string.Join(' ', ((string?[])[FoundPrompt.Text(row["description"]), FoundPrompt.Text(row["instructions"])]).Where(text => !string.IsNullOrEmpty(text)));
        var definition = new VariableDefinition { Name = name, Type = type, Required = row["required"]?.ToString() == "true", Description = about.Length == 0 ? null : about };
        if (row["default"] is not { } value || value.ToString().Length == 0) return definition;
        if (found.IsForbidden("default", value, $"variable {name}")) return definition;
        return definition with { Default = FoundPrompt.Element(value), Required = false };
    }

    private static JsonObject? Metadata(JsonObject row)
    {
        var metadata = new JsonObject();
        foreach (var name in (string[])["type", "parentId", "followUps", "isShortcut", "isPublic"])
            if (row[name] is { } value) metadata[name] = value.DeepClone();
        return metadata.Count == 0 ? null : metadata;
    }
}
