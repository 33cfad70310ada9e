using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Catalogs;

/// <summary>
/// Schemas of tools as providers take them: objects whose top level combines no schemas. OpenAI and Anthropic refuse a request, whatever else is in it, for one tool
/// that is described otherwise; arguments are checked against the whole schema when they come.
/// </summary>
public static class ToolSchemas
{
    private static readonly string[] Refused = ["anyOf", "oneOf", "allOf", "not", "enum", "$ref"];

    /// <summary>The members of a schema's top level that are not sent: <c>anyOf, oneOf, allOf, not, enum, $ref</c>.</summary>
    /// <param name="schema">The schema of a tool's arguments.</param>
    public static IReadOnlyList<string> LeftOut(JsonElement schema) => schema.ValueKind == JsonValueKind.Object ? [.. Refused.Where(name => schema.TryGetProperty(name, out _))] : [];

    /// <summary>What is sent instead of a schema: an object, with its own properties and those that what is left out names; null: it is sent as it is.</summary>
    /// <param name="schema">The schema of a tool's arguments.</param>
    public static JsonElement? Instead(JsonElement schema) => IsObject(schema) && LeftOut(schema).Count == 0 ? null : JsonElements.Written(schema, Write);

    private static bool IsObject(JsonElement schema) =>
        Member(schema, "type") is { ValueKind: JsonValueKind.String } type && type.ValueEquals("object"u8) && Member(schema, "properties") is { ValueKind: JsonValueKind.Object };

    private static void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        var all = Always(schema).ToArray();
        var properties = Properties(schema, [.. all, .. Branches(schema, "anyOf"), .. Branches(schema, "oneOf")]);
        var required = all.Prepend(schema).SelectMany(part => Items(part, "required")).Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).Distinct(StringComparer.Ordinal).ToArray();
        writer.WriteStartObject();
        writer.WriteString("type"u8, "object"u8);
        writer.WriteStartObject("properties"u8);
        foreach (var (name, said) in properties) Write(writer, name, said);
        writer.WriteEndObject();
        if (required.Length > 0)
        {
            writer.WriteStartArray("required"u8);
            foreach (var name in required) writer.WriteStringValue(name);
            writer.WriteEndArray();
        }
        foreach (var member in schema.ValueKind == JsonValueKind.Object ? schema.EnumerateObject() : default)
            if (member.Name is not ("type" or "properties" or "required") && !Refused.Contains(member.Name)) member.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, List<JsonElement> said)
    {
        writer.WritePropertyName(name);
        if (said is [var only])
        {
            only.WriteTo(writer);
            return;
        }
        writer.WriteStartObject();
        writer.WriteStartArray("anyOf"u8);
        foreach (var one in said) one.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The properties of a schema and those that only its parts name, each with all that is said of it.</summary>
    private static OrderedDictionary<string, List<JsonElement>> Properties(JsonElement schema, IEnumerable<JsonElement> parts)
    {
        var own = new OrderedDictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        foreach (var property in Of(schema)) own[property.Name] = [property.Value];
        var all = new OrderedDictionary<string, List<JsonElement>>(own, StringComparer.Ordinal);
        foreach (var property in parts.SelectMany(Of))
        {
            if (own.ContainsKey(property.Name)) continue;
            if (!all.TryGetValue(property.Name, out var said)) all[property.Name] = said = [];
            if (!said.Exists(other => ForeignJson.AreSame(other, property.Value))) said.Add(property.Value);
        }
        return all;

        static IEnumerable<JsonProperty> Of(JsonElement part) => Member(part, "properties") is { ValueKind: JsonValueKind.Object } properties ? properties.EnumerateObject() : default(JsonElement.ObjectEnumerator);
    }

    /// <summary>The parts that hold for all arguments.</summary>
    private static IEnumerable<JsonElement> Always(JsonElement schema) => [.. Member(schema, "$ref") is { } ? [Resolved(schema, schema)] : (JsonElement[])[], .. Branches(schema, "allOf")];

    private static IEnumerable<JsonElement> Branches(JsonElement schema, string name) => Items(schema, name).Select(branch => Resolved(branch, schema));

    /// <summary>A part, or the definition that it refers to.</summary>
    private static JsonElement Resolved(JsonElement part, JsonElement schema)
    {
        if (Member(part, "$ref") is not { ValueKind: JsonValueKind.String } reference || reference.GetString()!.Split('/') is not ["#", ("$defs" or "definitions") and var place, var name]) return part;
        return Member(schema, place) is { } definitions && Member(definitions, name) is { } found ? found : part;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    private static JsonElement? Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value : null;
}
