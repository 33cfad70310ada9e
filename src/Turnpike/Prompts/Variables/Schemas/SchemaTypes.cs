using System.Text.Json;

namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>The keyword <c>type</c>: a name or a list of names.</summary>
internal static class SchemaTypes
{
    public static bool IsKnown(string name) => name is "null" or "boolean" or "number" or "integer" or "string" or "array" or "object";

    public static bool Fits(JsonElement type, JsonElement value) => type.ValueKind switch
    {
        JsonValueKind.String => Is(type, value),
        JsonValueKind.Array => type.EnumerateArray().Any(name => Is(name, value)),
        _ => true,
    };

    public static string Describe(JsonElement type) => type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray().Select(Name)) : Name(type);

    private static bool Is(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.String && type.GetString() switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && Numbers.Of(value).IsWhole,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private static string Name(JsonElement type) => (type.ValueKind == JsonValueKind.String ? type.GetString() : type.GetRawText()) switch
    {
        "boolean" => "true or false",
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        var other => other!,
    };
}
