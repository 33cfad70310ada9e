using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Imports;

/// <summary>Langfuse's prompts, as its API gives them.</summary>
internal static class LangfusePrompts
{
    public const string Format = "langfuse";

    public static bool Fits(JsonObject row) => row["prompt"] is JsonArray or JsonValue && row["name"] is not null && (FoundPrompt.Text(row["type"]) is "text" or "chat" or null) && row["variables"] is null && row["promptTemplates"] is null;

    public static FoundPrompt Read(JsonObject row)
    {
        var name = FoundPrompt.Text(row["name"]) ?? "prompt";
        var found = new FoundPrompt($"{name} v{row["version"]}") { Version = FoundPrompt.VersionOf(row["version"]) };
        if (FoundPrompt.KeyOf(name) is var key && key != name) found.Changes.Add($"name {name}: became the key {key}; Langfuse's clients go on asking for {name}");
        var names = new ForeignNames(found);
        var (messages, variables) = (new List<PromptMessage>(), new List<VariableDefinition>());
        if (FoundPrompt.Text(row["prompt"]) is { } text) messages.Add(FoundPrompt.Message("user", names.In(text)));
        var rows = row["prompt"] as JsonArray ?? [];
        foreach (var message in rows.OfType<JsonObject>()) names.KeepIn(FoundPrompt.Text(message["content"]) ?? "");
        var reader = new ForeignMessages(found.Changes.Add, names.In);
        for (var at = 0; at < rows.Count; at++)
        {
            var message = rows[at] as JsonObject;
            if (FoundPrompt.Text(message?["type"]) == "placeholder" && FoundPrompt.Text(message!["name"]) is { } holder)
            {
                var variable = names.Of(holder);
                if (!variables.Exists(one => one.Name == variable)) variables.Add(new() { Name = variable, Type = VariableType.Messages });
                messages.Add(FoundPrompt.Message("user", $"{{{{{variable}}}}}"));
                found.Changes.Add($"placeholder {holder}: became variable {variable} of type messages");
            }
            else if (reader.Message(message ?? rows[at], $"prompt[{at}]") is { } said)
            {
                messages.Add(said);
            }
        }
        var (parameters, rest) = found.Parameters(row["config"] as JsonObject, "config", "model");
        foreach (var (other, _) in rest) found.Changes.Add($"config.{other}: kept as metadata");
        found.Labels.AddRange(FoundPrompt.Texts(row["labels"]).Where(label => label != "latest"));
        found.KeepNumber();
        found.Prompt = new()
        {
            Key = key,
            ImportedFrom = $"{Format}:{name}",
            Title = name,
            Tags = FoundPrompt.Texts(row["tags"]),
            Note = FoundPrompt.Text(row["commitMessage"]),
            Messages = messages,
            Variables = variables,
            Model = FoundPrompt.Text((row["config"] as JsonObject)?["model"]),
            Parameters = parameters,
            Metadata = rest.Count == 0 ? null : rest,
        };
        found.DeclareUsed();
        return found;
    }
}
