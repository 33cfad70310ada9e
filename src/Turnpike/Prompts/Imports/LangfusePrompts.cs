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
        var names = new ForeignNames(found);
        var (messages, variables) = (new List<PromptMessage>(), new List<VariableDefinition>());
        if (FoundPrompt.Text(row["prompt"]) is { } text) messages.Add(FoundPrompt.Message("user", names.In(text)));
        foreach (var message in (row["prompt"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (FoundPrompt.Text(message["type"]) == "placeholder" && FoundPrompt.Text(message["name"]) is { } holder)
            {
                var variable = FoundPrompt.VariableOf(holder);
                if (!variables.Exists(one => one.Name == variable)) variables.Add(new() { Name = variable, Type = VariableType.Messages });
                messages.Add(FoundPrompt.Message("user", $"{{{{{variable}}}}}"));
                found.Changes.Add($"placeholder {holder}: became variable {variable} of type messages");
            }
            else
            {
                messages.Add(FoundPrompt.Message(FoundPrompt.Text(message["role"]) ?? "user", names.In(FoundPrompt.Text(message["content"]) ?? "")));
            }
        }
        var (parameters, rest) = found.Parameters(row["config"] as JsonObject, "config", "model");
        foreach (var (key, _) in rest) found.Changes.Add($"config.{key}: kept as metadata");
        found.Labels.AddRange(FoundPrompt.Texts(row["labels"]).Where(label => label != "latest"));
        found.Prompt = new()
        {
            Key = FoundPrompt.KeyOf(name),
            ImportedFrom = $"langfuse:{name}",
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
