using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Json;

/// <summary>A tool as it is offered: <c>{name, description, schema}</c>.</summary>
internal sealed class ToolDeclarationConverter : JsonConverter<AIFunctionDeclaration>
{
    public override AIFunctionDeclaration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        return AIFunctionFactory.CreateDeclaration(value.GetProperty("name").GetString()!, value.TryGetProperty("description", out var text) ? text.GetString() : null, value.GetProperty("schema").Clone());
    }

    public override void Write(Utf8JsonWriter writer, AIFunctionDeclaration value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("name", value.Name);
        writer.WriteString("description", value.Description);
        writer.WritePropertyName("schema");
        value.JsonSchema.WriteTo(writer);
        writer.WriteEndObject();
    }
}
