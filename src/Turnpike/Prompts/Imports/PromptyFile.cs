using System.Text.Json.Nodes;
using Turnpike.Prompts.Files;

namespace Turnpike.Prompts.Imports;

/// <summary>Prompty files: front matter and a body with lines <c>system:</c>, <c>user:</c>, <c>assistant:</c>; read only.</summary>
internal static class PromptyFile
{
    public const string Format = "prompty";

    private static readonly string[] Known = ["name", "description", "model", "inputs", "outputs", "tools", "tags"];

    public static FoundPrompt Read(string text, string? key)
    {
        var parts = PromptFileParts.Of(text);
        var front = parts.Yaml is null ? [] : YamlReader.Read(parts.Yaml, parts.YamlLine).Item1;
        var name = FoundPrompt.Text(front["name"]) ?? key ?? "prompt";
        var found = new FoundPrompt(name) { IsUnnamed = key is null && FoundPrompt.Text(front["name"]) is null };
        var model = front["model"] as JsonObject;
        if (model?["connection"] is not null || model?["configuration"] is not null) found.Changes.Add("model.connection: left out, connections are not imported; configure a provider here");
        if (front["tools"] is not null) found.Changes.Add("tools: left out, connect them here and name them in \"tools\"");
        var (parameters, rest) = found.Parameters((model?["options"] ?? model?["parameters"]) as JsonObject, "model.options");
        foreach (var (left, _) in rest) found.Changes.Add($"model.options.{left}: left out, it is not known here");
        foreach (var (other, _) in front.Where(pair => pair.Value is not null && !Known.Contains(pair.Key))) found.Changes.Add($"{other}: left out, it has no meaning here");
        found.Prompt = new()
        {
            Key = key ?? FoundPrompt.KeyOf(name),
            ImportedFrom = found.IsUnnamed ? null : $"{Format}:{name}",
            Title = FoundPrompt.Text(front["name"]),
            Description = FoundPrompt.Text(front["description"]),
            Tags = FoundPrompt.Texts(front["tags"]),
            Model = FoundPrompt.Text(model?["id"]) ?? FoundPrompt.Text(front["model"]),
            Messages = PromptyBody.Messages(PromptyTemplate.Read(PromptyBody.WithoutComments(parts.Body, found), found), found),
            Variables = [.. Named(front["inputs"], "inputs", found).Select(pair => Variable(pair.Name, pair.Value, found))],
            Parameters = parameters,
            Output = Named(front["outputs"], "outputs", found) is { Count: > 0 } outputs ? new(Schema(outputs), "json") : null,
        };
        found.DeclareUsed();
        return found;
    }

    public static bool Fits(string text)
    {
        try
        {
            var parts = PromptFileParts.Of(text);
            return parts.Yaml is not null && PromptyBody.HasRoles(parts.Body) && !parts.Body.Contains("{{role", StringComparison.Ordinal);
        }
        catch (Turns.TurnException)
        {
            return false;
        }
    }

    /// <summary>Inputs or outputs by their names: a mapping, or, as newer files have it, a list of objects that say their names.</summary>
    private static List<(string Name, JsonNode? Value)> Named(JsonNode? given, string path, FoundPrompt found)
    {
        if (given is JsonObject mapping) return [.. mapping.Select(pair => (pair.Key, pair.Value))];
        var named = new List<(string Name, JsonNode? Value)>();
        foreach (var (item, at) in (given as JsonArray ?? []).Select((item, at) => (item, at)))
        {
            if (FoundPrompt.Text(item) is { } name) named.Add((name, new JsonObject()));
            else if (FoundPrompt.Text((item as JsonObject)?["name"]) is { } said) named.Add((said, item));
            else found.Changes.Add($"{path}[{at}]: left out, it has no name");
        }
        return named;
    }

    private static VariableDefinition Variable(string name, JsonNode? given, FoundPrompt found)
    {
        var plain = FoundPrompt.VariableOf(name);
        if (plain != name) found.Changes.Add($"input {name}: became variable {plain}");
        var typed = given as JsonObject;
        var type = FoundPrompt.Text(typed?["type"] ?? typed?["kind"]) switch { "number" or "float" => VariableType.Number, "integer" => VariableType.Integer, "boolean" => VariableType.Boolean, "array" => VariableType.List, "object" => VariableType.Object, "image" => VariableType.Image, "file" => VariableType.File, _ => VariableType.String };
        var value = typed is null ? given : typed["default"];
        if (value is null || found.IsForbidden("default", value, $"inputs.{name}")) return new() { Name = plain, Type = type, Description = FoundPrompt.Text(typed?["description"]), Required = typed?["required"]?.ToString() == "true" };
        return new() { Name = plain, Type = typed is null && value is JsonValue plainValue ? Kind(plainValue) : type, Description = FoundPrompt.Text(typed?["description"]), Default = FoundPrompt.Element(value) };
    }

    private static VariableType Kind(JsonValue value) => value.GetValueKind() switch { System.Text.Json.JsonValueKind.Number => VariableType.Number, System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => VariableType.Boolean, _ => VariableType.String };

    private static System.Text.Json.JsonElement Schema(List<(string Name, JsonNode? Value)> outputs) => FoundPrompt.Element(new JsonObject
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(outputs.DistinctBy(output => output.Name).Select(output => KeyValuePair.Create<string, JsonNode?>(output.Name, Property(output.Value)))),
    });

    private static JsonObject Property(JsonNode? given)
    {
        if (given is not JsonObject typed) return new() { ["type"] = FoundPrompt.Text(given) ?? "string" };
        var property = (JsonObject)typed.DeepClone();
        property.Remove("name");
        if (FoundPrompt.Text(property["kind"]) is { } kind && property.Remove("kind")) property["type"] ??= kind;
        return property;
    }
}
