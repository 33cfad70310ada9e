using System.Text.Json.Nodes;

namespace Turnpike.Turns;

/// <summary>Checks the parameter <c>responseFormat</c>: <c>{"type": "text" | "json_object" | "json_schema", "schema"?, "name"?, "strict"?}</c>.</summary>
internal static class ResponseFormat
{
    public static bool Fits(JsonObject format) => format["type"] is JsonValue type && type.TryGetValue<string>(out var kind) && kind switch
    {
        "text" or "json_object" => true,
        "json_schema" => format["schema"] is JsonObject,
        _ => false,
    };
}
