using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>
/// Picoschema, the short form of JSON Schema in <c>.prompt</c> files (https://google.github.io/dotprompt/reference/picoschema/): <c>name?(array, what it is): string, of what</c>.
/// </summary>
internal static partial class Picoschema
{
    private static readonly string[] Scalars = ["string", "number", "integer", "boolean", "null", "any"];
    private static readonly string[] SchemaTypes = ["object", "array", "string", "number", "integer", "boolean", "null"];

    /// <summary>The JSON Schema of a Picoschema, or the JSON Schema itself when it is one.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c> naming the field.</exception>
    public static JsonObject Expand(JsonNode? schema, string path)
    {
        switch (schema)
        {
            case JsonValue value when value.TryGetValue<string>(out var text): return Scalar(text, path);
            case JsonObject json when json["type"] is JsonValue type && type.TryGetValue<string>(out var name) && SchemaTypes.Contains(name): return (JsonObject)json.DeepClone();
            case JsonObject json when json["properties"] is JsonObject:
                var whole = (JsonObject)json.DeepClone();
                whole["type"] = "object";
                return whole;
            case JsonObject fields: return Object(fields, path);
            default: throw Invalid(path, "a schema is a type such as \"string\", or a mapping of fields.");
        }
    }

    private static JsonObject Object(JsonObject fields, string path)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        JsonNode additional = false;
        foreach (var (key, value) in fields)
        {
            if (key == "(*)")
            {
                additional = Expand(value, $"{path}.(*)");
                continue;
            }
            var match = Field().Match(key);
            if (!match.Success) throw Invalid($"{path}.{key}", "a field is written name, name? or name(array, description).");
            var (name, optional, kind, description) = (match.Groups["name"].Value, match.Groups["optional"].Success, match.Groups["kind"].Value, match.Groups["text"].Value.Trim());
            var property = Property(kind, value, $"{path}.{name}");
            if (description.Length > 0) property["description"] = description;
            if (optional) Nullable(property);
            else required.Add(name);
            properties[name] = property;
        }
        if (required.Count > 0) result["required"] = required;
        result["additionalProperties"] = additional;
        return result;
    }

    private static JsonObject Property(string kind, JsonNode? value, string path) => kind switch
    {
        "" => Expand(value, path),
        "array" => new() { ["type"] = "array", ["items"] = Expand(value, path + "[]") },
        "object" => value is JsonObject fields ? Object(fields, path) : throw Invalid(path, "an object needs a mapping of fields."),
        "enum" => value is JsonArray { Count: > 0 } options ? new() { ["enum"] = options.DeepClone() } : throw Invalid(path, "an enum needs a list of values."),
        _ => throw Invalid(path, $"there is no \"({kind})\"; there are (array), (object) and (enum)."),
    };

    private static JsonObject Scalar(string text, string path)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var name = (comma < 0 ? text : text[..comma]).Trim();
        if (!Scalars.Contains(name)) throw Invalid(path, $"there is no type \"{name}\".{Nearest.Hint(name, Scalars)} Named schemas are not kept here.");
        var schema = name == "any" ? [] : new JsonObject { ["type"] = name };
        if (comma >= 0 && text[(comma + 1)..].TrimStart() is { Length: > 0 } description) schema["description"] = description;
        return schema;
    }

    private static void Nullable(JsonObject schema)
    {
        if (schema["type"] is JsonValue type) schema["type"] = new JsonArray(type.DeepClone(), "null");
        else if (schema["enum"] is JsonArray options && !options.Any(option => option is null)) options.Add(null);
    }

    private static TurnException Invalid(string path, string message) => new(TurnErrorCode.RequestInvalid, $"In {path}: {message}") { Field = path };

    [GeneratedRegex(@"^(?<name>[^?(),:\s]+)(?<optional>\?)?(\s*\(\s*(?<kind>\w+)\s*(,(?<text>.*))?\))?$", RegexOptions.Singleline)]
    private static partial Regex Field();
}
