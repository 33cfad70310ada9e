using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Providers.Anthropic;

/// <summary>The schema of an answer as the SDK sends it: it leaves out, in silence, every schema whose root lacks <c>properties</c> or <c>required</c>.</summary>
internal static class AnswerSchema
{
    /// <summary>The format, its schema's root filled up.</summary>
    /// <exception cref="TurnException"><c>parameter_invalid</c>: there is no schema, or one of anything but an object with named members.</exception>
    public static ChatResponseFormatJson Of(ChatResponseFormatJson format, string provider)
    {
        if (format.Schema is not { } schema) throw Refused(provider, "has no JSON mode without a schema. Give the response format a schema.");
        if (schema.ValueKind != JsonValueKind.Object || !IsObject(schema)) throw Refused(provider, "takes only schemas of an object that names its members. Give the schema's root \"type\": \"object\" and \"properties\".");
        var root = JsonObject.Create(schema)!;
        root["type"] = "object";
        if (root["required"] is not JsonArray) root["required"] = new JsonArray();
        return ChatResponseFormat.ForJsonSchema(JsonSerializer.SerializeToElement(root), format.SchemaName, format.SchemaDescription);
    }

    /// <summary>Whether a root names the members of an object, and an answer may be one. Members that are not named would all be forbidden.</summary>
    private static bool IsObject(JsonElement root) => root.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object && (!root.TryGetProperty("type", out var type) || type.ValueKind switch
    {
        JsonValueKind.String => type.ValueEquals("object"),
        JsonValueKind.Array => type.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals("object")),
        _ => false,
    });

    private static TurnException Refused(string provider, string why) => new(TurnErrorCode.ParameterInvalid, $"Provider \"{provider}\" {why}") { Field = "parameters.responseFormat" };
}
