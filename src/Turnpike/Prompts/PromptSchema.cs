using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts;

/// <summary>The JSON Schema of a prompt object, for editors and for those who write prompts by program.</summary>
public static class PromptSchema
{
    private static readonly string[] Ours = ["id", "version", "createdAt", "hash", "labels"];
    private static readonly Lazy<JsonObject> Made = new(Make);

    /// <summary>Writes the schema (JSON Schema 2020-12).</summary>
    public static void Write(Utf8JsonWriter writer) => Made.Value.WriteTo(writer);

    private static JsonObject Make()
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Shape };
        var schema = (JsonObject)JsonSchemaExporter.GetJsonSchemaAsNode(TurnpikeJson.Relaxed.Options, typeof(Prompt), options);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Turnpike prompt");
        foreach (var name in Ours)
        {
            if (schema["properties"]?[name] is JsonObject member) member["readOnly"] = true;
        }
        return schema;
    }

    /// <summary>What has JSON of its own making, which no exporter can see, and what the program asks beyond types.</summary>
    private static JsonNode Shape(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (context.TypeInfo.Type == typeof(TurnParameters)) return Parameters();
        if (context.TypeInfo.Type == typeof(NameSelection)) return Selection();
        if (context.TypeInfo.Type == typeof(IReadOnlyList<PromptPart>)) return Content(context.TypeInfo.Options);
        if (schema is not JsonObject shape) return schema;
        if (context.TypeInfo.Type == typeof(Prompt)) shape["anyOf"] = new JsonArray(Requires("messages", new() { ["type"] = "array", ["minItems"] = 1 }), Requires("body", new() { ["type"] = "string" }));
        if (context.TypeInfo.Type == typeof(PromptPart)) shape["anyOf"] = new JsonArray(PartOf("text", "text"), PartOf("media", "url"), PartOf("media", "file"));
        if (context.PropertyInfo is not { } member) return shape;
        var path = (member.DeclaringType.Name, member.Name);
        if (Words(path) is { } words) shape["enum"] = new JsonArray([.. words.Select(word => (JsonNode?)word), .. IsNullable(shape) ? (JsonNode?[])[null] : []]);
        if (Pattern(path) is { } pattern) shape["pattern"] = pattern;
        if (path is (nameof(VariableDefinition), "minLength" or "maxLength")) shape["minimum"] = 0;
        if (shape["type"] is JsonValue single && single.GetValue<string>() == "array") shape["type"] = new JsonArray("array", "null"); // no list and an empty one are the same
        return shape;
    }

    private static IReadOnlyList<string>? Words((string Type, string Member) path) => path switch
    {
        (nameof(Prompt), var member) => PromptForm.WordsOf(member),
        (nameof(PromptOutput), "format") => PromptForm.WordsOf("output.format"),
        (nameof(PromptMessage), "role") => ["system", "user", "assistant", "history", "developer", "model"],
        (nameof(PromptPart), "type") => ["text", "media"],
        (nameof(VariableDefinition), "locked") => VariableLayer.Ranks,
        (nameof(VariableDefinition), "input") => VariableDefinitionCheck.Inputs,
        _ => null,
    };

    private static string? Pattern((string Type, string Member) path) => path switch
    {
        (nameof(Prompt), "key") => "^[^\\s/@?#][^\\s@?#]{0,199}$",
        (nameof(VariableDefinition), "name") => "^[A-Za-z_][A-Za-z0-9_]{0,99}$",
        _ => null,
    };

    private static JsonObject Requires(string member, JsonObject shape) => new() { ["properties"] = new JsonObject { [member] = shape }, ["required"] = new JsonArray(member) };

    private static JsonObject PartOf(string type, string member) => new() { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["enum"] = new JsonArray(type) } }, ["required"] = new JsonArray(member) };

    private static bool IsNullable(JsonObject shape) => shape["type"] is JsonArray types && types.Any(type => type?.GetValue<string>() == "null");

    private static JsonObject Parameters() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["properties"] = new JsonObject(ParameterTable.All.SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name).Select(name => KeyValuePair.Create<string, JsonNode?>(name, Parameter(parameter, name))))),
        ["additionalProperties"] = false,
    };

    private static JsonObject Parameter(ParameterDescriptor parameter, string name)
    {
        var shape = new JsonObject { ["description"] = name == parameter.Name ? $"Must be {parameter.Expects}." : $"Another name of {parameter.Name}.", ["type"] = new JsonArray([.. parameter.Types.Append("null").Select(type => (JsonNode)type)]) };
        if (parameter.Min is { } min) shape["minimum"] = min;
        if (parameter.Max is { } max) shape["maximum"] = max;
        if (parameter.Options is { } words) shape["enum"] = new JsonArray([.. words.Select(word => (JsonNode?)word), null]);
        return shape;
    }

    private static JsonObject Selection()
    {
        return new()
        {
            ["anyOf"] = new JsonArray(Names(), new JsonObject { ["type"] = new JsonArray("object", "null"), ["properties"] = new JsonObject { ["only"] = Names(), ["add"] = Names(), ["remove"] = Names() }, ["additionalProperties"] = false }),
        };

        static JsonObject Names() => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };
    }

    private static JsonObject Content(JsonSerializerOptions options) => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = new JsonArray("string", "null") },
            new JsonObject { ["type"] = "array", ["items"] = JsonSchemaExporter.GetJsonSchemaAsNode(options, typeof(PromptPart), new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Shape }) }),
    };
}
