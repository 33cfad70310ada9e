using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Variables from the schema of a <c>.prompt</c> file's input, its defaults, and what <c>turnpike.variables</c> adds.</summary>
internal static partial class SchemaVariables
{
    public static IReadOnlyList<VariableDefinition> Of(JsonObject schema, JsonObject? defaults, JsonObject? refinements)
    {
        if (schema["properties"] is not JsonObject properties) throw Invalid("input.schema", "the input must be an object with fields.");
        var required = schema["required"] is JsonArray names ? names.Select(name => name!.GetValue<string>()).ToHashSet() : [];
        foreach (var (name, _) in refinements ?? [])
        {
            if (!properties.ContainsKey(name)) throw Invalid($"turnpike.variables.{name}", $"input.schema declares no \"{name}\".{Nearest.Hint(name, properties.Select(property => property.Key))}");
        }
        return [.. properties.Select(property => Definition(property.Key, property.Value as JsonObject ?? [], required.Contains(property.Key), defaults?[property.Key], refinements?[property.Key] as JsonObject))];
    }

    private static VariableDefinition Definition(string name, JsonObject schema, bool required, JsonNode? value, JsonObject? refinement)
    {
        if (!Name().IsMatch(name)) throw Invalid($"input.schema.{name}", $"\"{name}\" cannot be a variable: names are letters, digits and _, and begin with a letter or _.");
        var type = Type(schema);
        var json = new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["required"] = required && value is null,
        };
        if (schema["description"] is { } description) json["description"] = description.DeepClone();
        if (schema["enum"] is JsonArray options) json["options"] = new JsonArray([.. options.Where(option => option is not null).Select(option => option!.DeepClone())]);
        if (type == "list" && schema["items"] is JsonObject items && Type(items) is { } item) json["itemType"] = item;
        if (type is "object" && schema.Count > 0 || type == "list" && schema["items"] is JsonObject { Count: > 1 }) json["schema"] = schema.DeepClone();
        if (value is not null) json["default"] = value.DeepClone();
        foreach (var (key, refined) in refinement ?? []) json[key] = refined?.DeepClone();
        if (json["secret"]?.GetValueKind() == JsonValueKind.True && value is not null) throw Invalid($"input.default.{name}", $"\"{name}\" is secret, and a file must not carry its value.");
        if ((string?)json["input"] == "textarea" && type == "string" && refinement?["type"] is null) json["type"] = "text";
        try
        {
            return json.Deserialize(TurnpikeJson.Relaxed.VariableDefinition)!;
        }
        catch (JsonException error)
        {
            throw Invalid($"turnpike.variables.{name}", error.Message);
        }
    }

    private static string Type(JsonObject schema)
    {
        if (schema.ContainsKey("enum")) return "enum";
        var type = schema["type"] is JsonArray several ? several.Select(one => (string?)one).FirstOrDefault(one => one != "null") : (string?)schema["type"];
        return type switch { "string" => "string", "number" => "number", "integer" => "integer", "boolean" => "boolean", "array" => "list", "object" => "object", _ => "any" };
    }

    private static TurnException Invalid(string path, string message) => new(TurnErrorCode.RequestInvalid, $"In {path}: {message}") { Field = path };

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Name();
}
