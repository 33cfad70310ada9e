using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>
/// Lists of messages <c>{role, content, name?}</c>, also as JSON text. Roles: <c>system, user, assistant</c>; <c>developer</c> and <c>model</c> are read as the first
/// and the last of them. Content: a text, or parts <c>{type: "text", text}</c> and <c>{type: "media", url | file, mediaType?}</c>.
/// </summary>
internal static class MessagesValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        var list = value;
        if (value.ValueKind == JsonValueKind.String && JsonElements.TryParse(value.GetString()!, out var parsed) && JsonElements.IsReadable(parsed)) list = parsed;
        if (list.ValueKind != JsonValueKind.Array || !HasLength(definition, list.GetArrayLength())) return VariableCheck.Fault(definition, type, value);
        var renamed = false;
        var index = 0;
        foreach (var message in list.EnumerateArray())
        {
            index++;
            if (!IsMessage(message, out var role)) return new(value, $"has an item {index} that is no message; it must be {Expected.Of(definition, type)}");
            renamed |= role is "developer" or "model";
        }
        return new(renamed ? JsonElements.Written(list, Rename) : list);
    }

    private static bool HasLength(VariableDefinition definition, int count) =>
        definition.Type == VariableType.List || !(count < definition.MinLength || count > definition.MaxLength);

    private static bool IsMessage(JsonElement message, out string? role)
    {
        role = null;
        if (message.ValueKind != JsonValueKind.Object) return false;
        foreach (var member in message.EnumerateObject())
        {
            if (member.Name is not ("role" or "content" or "name")) return false;
        }
        role = Text(message, "role");
        return role is "system" or "user" or "assistant" or "developer" or "model" && message.TryGetProperty("content", out var content) && IsContent(content)
            && (!message.TryGetProperty("name", out var name) || name.ValueKind is JsonValueKind.String or JsonValueKind.Null);
    }

    private static bool IsContent(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => true,
        JsonValueKind.Array => content.EnumerateArray().All(IsPart),
        _ => false,
    };

    private static bool IsPart(JsonElement part) => part.ValueKind == JsonValueKind.Object && Text(part, "type") switch
    {
        "text" => Text(part, "text") is not null,
        "media" => Text(part, "url") is not null != Text(part, "file") is not null,
        _ => false,
    };

    private static string? Text(JsonElement value, string member) => value.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static void Rename(Utf8JsonWriter writer, JsonElement list)
    {
        writer.WriteStartArray();
        foreach (var message in list.EnumerateArray())
        {
            writer.WriteStartObject();
            foreach (var member in message.EnumerateObject())
            {
                if (member.Name == "role") writer.WriteString("role"u8, member.Value.GetString() switch { "developer" => "system", "model" => "assistant", var role => role });
                else member.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
