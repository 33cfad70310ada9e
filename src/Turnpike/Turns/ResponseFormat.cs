using System.Text.Json.Nodes;

namespace Turnpike.Turns;

/// <summary>Checks the parameter <c>responseFormat</c>: <c>{"type": "text" | "json_object" | "json_schema", "schema"?, "name"?, "strict"?}</c>; the form of OpenAI's chats, with all of it below <c>json_schema</c>, is read too.</summary>
internal static class ResponseFormat
{
    /// <summary>The format in our form; null when it fits none.</summary>
    public static JsonObject? Of(JsonObject format)
    {
        if (format["schema"] is not null || format["json_schema"] is not JsonObject nested) return Fits(format) ? format : null;
        var flat = new JsonObject { ["type"] = format["type"]?.DeepClone() };
        foreach (var (name, value) in nested) if (name != "type") flat[name] = value?.DeepClone();
        return Fits(flat) ? flat : null;
    }

    private static bool Fits(JsonObject format) => format["type"] is JsonValue type && type.TryGetValue<string>(out var kind) && kind switch
    {
        "text" or "json_object" => true,
        "json_schema" => format["schema"] is JsonObject,
        _ => false,
    };
}
