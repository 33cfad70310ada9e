using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Variables from the schema of a <c>.prompt</c> file's input, its defaults, and what <c>turnpike.variables</c> adds.</summary>
internal static partial class SchemaVariables
{
    private const string Refinements = "turnpike.variables";

    private static readonly string[] Known =
        ["type", "required", "label", "description", "options", "allowOther", "min", "max", "step", "minLength", "maxLength", "pattern", "itemType", "schema", "input", "secret", "locked"];

    /// <summary>Keywords of JSON Schema → ours.</summary>
    private static readonly (string Theirs, string Ours)[] Keywords =
        [("description", "description"), ("title", "label"), ("minimum", "min"), ("maximum", "max"), ("multipleOf", "step"), ("minLength", "minLength"), ("maxLength", "maxLength"), ("pattern", "pattern"), ("minItems", "minLength"), ("maxItems", "maxLength")];

    /// <param name="schema">JSON Schema of the input; null: names are declared by use.</param>
    /// <param name="defaults">Values by name.</param>
    /// <param name="refinements">What Picoschema cannot say, by name.</param>
    /// <param name="faults">Hears of those that cannot be read.</param>
    public static IReadOnlyList<VariableDefinition> Of(JsonObject? schema, JsonObject? defaults, JsonObject? refinements, FileFaults faults = default)
    {
        var properties = schema is null ? [] : schema["properties"] as JsonObject ?? throw FileErrors.Invalid("input.schema", "must be an object with fields; a single value has no name to use in the template.");
        var isOpen = schema is null || schema["additionalProperties"] is not JsonValue { } more || more.GetValueKind() != JsonValueKind.False;
        var required = schema?["required"] is JsonArray names ? names.Select(name => name?.ToString()).ToHashSet() : [];
        var all = properties.Select(property => property.Key).Concat(Others(properties, isOpen, defaults, "input.default", faults)).Concat(Others(properties, isOpen, refinements, Refinements, faults)).Distinct(StringComparer.Ordinal);
        return [.. all.Select(name => faults.Try(() => Definition(name, properties[name] as JsonObject ?? [], required.Contains(name), defaults?[name], refinements?[name]))).OfType<VariableDefinition>()];
    }

    private static IEnumerable<string> Others(JsonObject properties, bool isOpen, JsonObject? mapping, string path, FileFaults faults)
    {
        foreach (var (name, _) in mapping ?? [])
        {
            if (properties.ContainsKey(name)) continue;
            if (isOpen) yield return name;
            else faults.Tell(FileErrors.Invalid($"{path}.{name}", $"is about a variable that input.schema does not declare.{Nearest.Hint(name, properties.Select(property => property.Key))}"));
        }
    }

    private static VariableDefinition Definition(string name, JsonObject schema, bool required, JsonNode? given, JsonNode? refined)
    {
        if (!Name().IsMatch(name)) throw FileErrors.Invalid($"input.schema.{name}", "cannot be a variable: names are letters, digits and _, and begin with a letter or _.");
        var refinement = FileValues.Mapping(refined, $"{Refinements}.{name}") ?? [];
        FileValues.Only(refinement, $"{Refinements}.{name}", Known);
        var (type, value) = (Type(schema), given ?? schema["default"]);
        var json = new JsonObject { ["name"] = name, ["type"] = type, ["required"] = required && value is null };
        foreach (var (theirs, ours) in Keywords) if (schema[theirs] is { } said) json[ours] = said.DeepClone();
        var items = type == "list" ? schema["items"] as JsonObject : null;
        if ((schema["enum"] ?? items?["enum"]) is JsonArray options) json["options"] = new JsonArray([.. options.Where(option => option is not null).Select(option => option!.DeepClone())]);
        if (items is not null) json["itemType"] = Type(items);
        if (type == "object" && schema.Count > 0) json["schema"] = schema.DeepClone();
        if (items is { Count: > 1 }) json["schema"] = items.DeepClone();
        if (value is not null) json["default"] = value.DeepClone();
        foreach (var (key, said) in refinement) json[key] = said?.DeepClone();
        if (json["secret"]?.GetValueKind() == JsonValueKind.True && value is not null) throw FileErrors.Invalid($"input.default.{name}", "is the value of a secret variable, and a file carries no secrets.");
        if (refinement["input"]?.ToString() == "textarea" && type == "string" && refinement["type"] is null) json["type"] = "text";
        return Read(json, name);
    }

    private static VariableDefinition Read(JsonObject json, string name)
    {
        try
        {
            return json.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.VariableDefinition))!;
        }
        catch (JsonException error)
        {
            var member = error.Path?.TrimStart('$', '.') is { Length: > 0 } path ? "." + path : "";
            throw FileErrors.Invalid($"{Refinements}.{name}{member}", $"does not fit: {JsonWords.Of(error, TurnpikeJson.Relaxed.Options, whole: "it")}");
        }
    }

    private static string Type(JsonObject schema)
    {
        if (schema.ContainsKey("enum")) return "enum";
        var type = schema["type"] is JsonArray several ? several.Select(one => one?.ToString()).FirstOrDefault(one => one != "null") : schema["type"]?.ToString();
        return type switch
        {
            "string" when schema["format"]?.ToString() is "date" or "date-time" => "date",
            "string" or "number" or "integer" or "boolean" or "object" => type,
            "array" => "list",
            _ => "any",
        };
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Name();
}
