using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Imports;

/// <summary>Prompt rows of AI Matrx, one or a batch.</summary>
internal static class MatrxPrompts
{
    public const string Format = "matrx";

    private static readonly string[] Ignored = ["model_id", "modelId", "model", "stream", "tools", "store"];

    public static bool Fits(JsonObject row) => row["messages"] is not null && (row.ContainsKey("variable_defaults") || row.ContainsKey("variableDefaults") || row.ContainsKey("settings"));

    public static FoundPrompt Read(JsonObject row)
    {
        var name = FoundPrompt.Text(row["name"]) ?? FoundPrompt.Text(row["id"]) ?? "prompt";
        var found = new FoundPrompt(name);
        if (row["messages"] is not JsonArray given) return found.Skip("\"messages\" must be a list of messages {role, content}.");
        var names = new ForeignNames(found);
        var declared = ((row["variable_defaults"] ?? row["variableDefaults"]) as JsonArray ?? []).OfType<JsonObject>().ToArray();
        names.Keep(declared.Select(variable => FoundPrompt.Text(variable["name"]) ?? ""));
        VariableDefinition[] variables = [.. declared.Select(variable => Variable(variable, names, found))];
        var settings = row["settings"] as JsonObject ?? [];
        var (parameters, rest) = found.Parameters(settings, "settings", Ignored);
        foreach (var (key, _) in rest) found.Changes.Add($"settings.{key}: left out, it is not known here");
        if ((settings["model_id"] ?? settings["modelId"])?.ToString() is { } modelId) found.Changes.Add($"settings.model_id {modelId}: kept as metadata, choose a model here");
        var tools = FoundPrompt.Texts(settings["tools"]);
        foreach (var tool in (settings["tools"] as JsonArray ?? []).OfType<JsonObject>()) found.LeaveOut(tool);
        var reader = new ForeignMessages(found.Changes.Add, names.In);
        found.Prompt = new()
        {
            Key = FoundPrompt.KeyOf(name),
            ImportedFrom = FoundPrompt.Text(row["id"]) is { } id ? $"matrx:{id}" : null,
            Title = name,
            Description = FoundPrompt.Text(row["description"]) is { Length: > 0 } about ? about : null,
            Tags = [.. FoundPrompt.Texts(row["tags"]), .. FoundPrompt.Text(row["category"]) is { Length: > 0 } category ? (string[])[category] : []],
            Messages = [.. given.Select((message, at) => IsBlank(message) ? null : reader.Message(message, $"messages[{at}]")).OfType<PromptMessage>()],
            Variables = variables,
            Parameters = parameters,
            Tools = tools,
            Store = settings["store"]?.ToString() == "false" ? false : null,
            Metadata = (settings["model_id"] ?? settings["modelId"]) is { } model ? new JsonObject { ["model_id"] = model.DeepClone() } : null,
        };
        found.DeclareUsed();
        return found;
    }

    private static bool IsBlank(JsonNode? message) => FoundPrompt.Text((message as JsonObject)?["content"]) is { Length: 0 };

    private static VariableDefinition Variable(JsonObject row, ForeignNames names, FoundPrompt found)
    {
        var name = names.Of(FoundPrompt.Text(row["name"]) ?? "");
        var component = row["customComponent"] as JsonObject ?? [];
        var options = FoundPrompt.Texts(component["options"]).Select(option => Turns.Json.JsonElements.Of(option)).ToArray();
        var definition = new VariableDefinition { Name = name, Required = row["required"]?.ToString() == "true", Description = FoundPrompt.Text(row["helpText"]), Type = VariableType.Text, Input = "textarea" };
        switch (FoundPrompt.Text(component["type"]))
        {
            case "toggle":
                var given = FoundPrompt.Texts(component["toggleValues"]);
                IReadOnlyList<string> labels = given is { Count: 2 } ? given : ["No", "Yes"];
                var isTruth = row["defaultValue"]?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False || (given.Count != 2 && row["defaultValue"]?.ToString() is null or "");
                definition = definition with { Type = isTruth ? VariableType.Boolean : VariableType.Enum, Input = "toggle", Options = [.. labels.Select(Turns.Json.JsonElements.Of)] };
                break;
            case "radio" or "select":
                definition = definition with { Type = VariableType.Enum, Input = FoundPrompt.Text(component["type"]), Options = options, AllowOther = component["allowOther"]?.ToString() == "true" };
                break;
            case "checkbox":
                definition = definition with { Type = VariableType.List, ItemType = options.Length > 0 ? VariableType.Enum : VariableType.String, Input = "checkbox", Options = options.Length > 0 ? options : null, AllowOther = component["allowOther"]?.ToString() == "true" };
                break;
            case "number" or "slider":
                definition = definition with { Type = VariableType.Number, Input = FoundPrompt.Text(component["type"]), Min = Number(component["min"]), Max = Number(component["max"]), Step = component["step"] is JsonValue step && step.TryGetValue<double>(out var by) ? by : null };
                break;
        }
        if (row["defaultValue"] is not { } value || value.ToString().Length == 0 || found.IsForbidden("defaultValue", value, $"variable {name}")) return definition;
        var whole = definition with { Default = FoundPrompt.Element(value), Required = false };
        if (Variables.VariableDefinitionCheck.Check([whole]).Count == 0) return whole;
        if (whole is { Type: VariableType.Enum, AllowOther: false } && Variables.VariableDefinitionCheck.Check([whole with { AllowOther = true }]).Count == 0)
        {
            found.Changes.Add($"variable {name}: other values are allowed too, since its default is none of its options");
            return whole with { AllowOther = true };
        }
        found.Changes.Add($"variable {name}: its default does not fit its component and is left out");
        return definition;
    }

    private static System.Text.Json.JsonElement? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? FoundPrompt.Element(value) : null;
}
