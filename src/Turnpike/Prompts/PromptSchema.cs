using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
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

    /// <summary>What has JSON of its own making, which no exporter can see.</summary>
    private static JsonNode Shape(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (context.TypeInfo.Type == typeof(TurnParameters)) return Parameters();
        if (context.TypeInfo.Type == typeof(NameSelection)) return Selection();
        if (context.TypeInfo.Type == typeof(IReadOnlyList<PromptPart>)) return Content(context.TypeInfo.Options);
        return schema;
    }

    private static JsonObject Parameters() => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["properties"] = new JsonObject(ParameterTable.All.Select(parameter => KeyValuePair.Create<string, JsonNode?>(parameter.Name, Parameter(parameter)))),
    };

    private static JsonObject Parameter(ParameterDescriptor parameter)
    {
        var shape = new JsonObject { ["description"] = $"Must be {parameter.Expects}." };
        if (parameter.Min is { } min) shape["minimum"] = min;
        if (parameter.Max is { } max) shape["maximum"] = max;
        if (parameter.Options is { } words) shape["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]);
        return shape;
    }

    private static JsonObject Selection()
    {
        return new()
        {
            ["anyOf"] = new JsonArray(Names(), new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["only"] = Names(), ["add"] = Names(), ["remove"] = Names() }, ["additionalProperties"] = false }),
        };

        static JsonObject Names() => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };
    }

    private static JsonObject Content(JsonSerializerOptions options) => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "array", ["items"] = JsonSchemaExporter.GetJsonSchemaAsNode(options, typeof(PromptPart)) }),
    };
}
