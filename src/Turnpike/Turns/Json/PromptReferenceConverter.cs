using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Prompts;

namespace Turnpike.Turns.Json;

/// <summary>A prompt named by text, by <c>{id, version?, overlay?}</c>, or given as a whole object (which has <c>messages</c> or <c>body</c>).</summary>
internal sealed class PromptReferenceConverter : JsonConverter<PromptReference>
{
    public override PromptReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return PromptReference.Parse(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A prompt is a key, an object with \"id\", or a whole prompt object.");
        var start = reader;
        var value = JsonElement.ParseValue(ref reader);
        if (value.TryGetProperty("messages", out _) || value.TryGetProperty("body", out _))
        {
            reader = start; // read where it stands, so that an error knows its place
            return new() { Inline = ((JsonConverter<Prompt>)options.GetTypeInfo(typeof(Prompt)).Converter).Read(ref reader, typeof(Prompt), options) };
        }
        string? id = null, version = null;
        JsonElement? overlay = null;
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "id" when member.Value.ValueKind == JsonValueKind.String: id = member.Value.GetString(); break;
                case "version" when member.Value.ValueKind == JsonValueKind.String: version = member.Value.GetString(); break;
                case "version" when member.Value.ValueKind == JsonValueKind.Number: version = member.Value.TryGetDecimal(out var number) ? number.ToString("0.####", CultureInfo.InvariantCulture) : member.Value.GetRawText(); break;
                case "version" when member.Value.ValueKind == JsonValueKind.Null: break;
                case "overlay" when member.Value.ValueKind == JsonValueKind.Object: overlay = member.Value; break;
                default: throw new JsonException($"\"{member.Name}\" does not fit in a prompt reference: it takes \"id\" (a text), \"version\" (a number or a label) and \"overlay\" (an object); a whole prompt has \"messages\".");
            }
        }
        if (id is null) throw new JsonException("A prompt reference needs \"id\"; a whole prompt needs \"messages\".");
        var named = PromptReference.Parse(id);
        return version is null ? named with { Overlay = overlay } : new() { Id = id, Version = version, Overlay = overlay };
    }

    public override void Write(Utf8JsonWriter writer, PromptReference value, JsonSerializerOptions options)
    {
        if (value.Inline is { } prompt)
        {
            JsonSerializer.Serialize(writer, prompt, options.TryGetTypeInfo(typeof(Prompt), out var own) ? own : TurnpikeJson.Relaxed.Prompt);
            return;
        }
        if (value.Overlay is not { } overlay)
        {
            writer.WriteStringValue(value.ToString());
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("id", value.Id);
        if (value.Version is not null) writer.WriteString("version", value.Version);
        writer.WritePropertyName("overlay");
        overlay.WriteTo(writer);
        writer.WriteEndObject();
    }
}
