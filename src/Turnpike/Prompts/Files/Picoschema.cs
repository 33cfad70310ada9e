using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>
/// Picoschema, the short form of JSON Schema in <c>.prompt</c> files (https://google.github.io/dotprompt/reference/picoschema/): <c>name?(array, what it is): string, of what</c>.
/// </summary>
/// <param name="named">Finds a stored schema by its name; null when there is none.</param>
internal sealed partial class Picoschema(Func<string, JsonObject?> named)
{
    private static readonly string[] Scalars = ["string", "number", "integer", "boolean", "null", "any"];

    /// <summary>The JSON Schema of a Picoschema, or the JSON Schema itself when it is one.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c> naming the field.</exception>
    public JsonObject Expand(JsonNode? schema, string path)
    {
        if (schema is not JsonObject json) return Value(schema, path);
        if (json["type"] is JsonValue type && type.TryGetValue<string>(out var name) && (name is "object" or "array" || Scalars.Contains(name))) return (JsonObject)json.DeepClone();
        if (json["properties"] is not JsonObject) return Object(json, path);
        var whole = (JsonObject)json.DeepClone();
        whole["type"] = "object";
        return whole;
    }

    private JsonObject Value(JsonNode? value, string path) => value switch
    {
        JsonValue text when text.TryGetValue<string>(out var plain) => Named(plain, path),
        JsonObject fields => Object(fields, path),
        _ => throw FileErrors.Invalid(path, "must be a type such as \"string\", or a mapping of fields."),
    };

    private JsonObject Object(JsonObject fields, string path)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        JsonNode additional = false;
        foreach (var (key, value) in fields)
        {
            if (key == "(*)")
            {
                additional = Value(value, $"{path}.{key}");
                continue;
            }
            var match = Field().Match(key);
            if (!match.Success) throw FileErrors.Invalid($"{path}.{key}", "is no field; a field is written name, name? or name(array, description).");
            var (name, isOptional, description) = (match.Groups["name"].Value, match.Groups["optional"].Success, match.Groups["text"].Value.Trim());
            var property = Property(match.Groups["kind"].Value, value, $"{path}.{key}");
            if (description.Length > 0) property["description"] = description;
            if (isOptional) Nullable(property);
            else required.Add(name);
            if (!properties.TryAdd(name, property)) throw FileErrors.Invalid($"{path}.{key}", $"declares \"{name}\" a second time.");
        }
        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) result["required"] = required;
        result["additionalProperties"] = additional;
        return result;
    }

    private JsonObject Property(string kind, JsonNode? value, string path) => kind switch
    {
        "" => Value(value, path),
        "array" => new() { ["type"] = "array", ["items"] = Value(value, path) },
        "object" => value is JsonObject fields ? Object(fields, path) : throw FileErrors.Invalid(path, "needs a mapping of fields."),
        "enum" => value is JsonArray { Count: > 0 } options ? new() { ["enum"] = options.DeepClone() } : throw FileErrors.Invalid(path, "needs a list of values."),
        _ => throw FileErrors.Invalid(path, $"has \"({kind})\"; there are (array), (object) and (enum)."),
    };

    private JsonObject Named(string text, string path)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var name = (comma < 0 ? text : text[..comma]).Trim();
        var schema = name == "any" ? [] : Scalars.Contains(name) ? new JsonObject { ["type"] = name } : named(name)?.DeepClone() as JsonObject;
        if (schema is null) throw FileErrors.Invalid(path, $"has the type \"{name}\", which is none of {string.Join(", ", Scalars)}, and no schema is registered under that name.{Nearest.Hint(name, Scalars)} A file of another program may name schemas that stand in its code: write the fields here in place of the name.");
        if (comma >= 0 && text[(comma + 1)..].TrimStart() is { Length: > 0 } description) schema["description"] = description;
        return schema;
    }

    private static void Nullable(JsonObject schema)
    {
        if (schema["type"] is JsonValue type) schema["type"] = new JsonArray(type.DeepClone(), "null");
        else if (schema["enum"] is JsonArray options && !options.Any(option => option is null)) options.Add(null);
    }

    [GeneratedRegex(@"\A(?<name>[^?(),:\s]+)(?<optional>\?)?(\s*\(\s*(?<kind>\w+)\s*(,(?<text>.*))?\))?\z", RegexOptions.Singleline)]
    private static partial Regex Field();
}
