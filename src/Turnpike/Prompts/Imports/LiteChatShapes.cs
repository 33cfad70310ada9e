using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Imports;

/// <summary>The shape that a LiteChat template asks of its answer: <c>{schema: fields and their types, jsonSchema}</c>, or a JSON Schema in the place of either.</summary>
internal static class LiteChatShapes
{
    private static readonly string[] Types = ["string", "number", "integer", "boolean", "array", "object"];

    public static PromptOutput? Of(JsonNode? given, FoundPrompt found)
    {
        if (given is null) return null;
        if (Schema(given as JsonObject ?? []) is { } schema) return new(FoundPrompt.Element(schema), "json");
        found.Changes.Add("structuredOutput: left out, it holds no JSON Schema and no fields with their types");
        return null;
    }

    private static JsonObject? Schema(JsonObject shape)
    {
        if (shape["jsonSchema"] is JsonObject { Count: > 0 } written) return written;
        if (shape["schema"] is JsonObject { Count: > 0 } given) return AreFields(given) ? OfFields(given) : IsSchema(given) ? given : null;
        return IsSchema(shape) ? shape : null;
    }

    private static bool IsSchema(JsonObject json) => json["properties"] is JsonObject || json["type"] is JsonArray || (FoundPrompt.Text(json["type"]) is { } type && Types.Contains(type));

    private static bool AreFields(JsonObject json) => json.All(field => FoundPrompt.Text(field.Value) is { } type && Types.Contains(type));

    private static JsonObject OfFields(JsonObject fields) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, new JsonObject { ["type"] = FoundPrompt.Text(field.Value) }))),
        ["required"] = new JsonArray([.. fields.Select(field => (JsonNode)field.Key)]),
    };
}
