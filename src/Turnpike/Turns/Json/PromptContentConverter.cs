using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Prompts;

namespace Turnpike.Turns.Json;

/// <summary>The content of a prompt's message: a text, or a list of parts; a single text part is written as a text.</summary>
internal sealed class PromptContentConverter : JsonConverter<IReadOnlyList<PromptPart>>
{
    public override IReadOnlyList<PromptPart> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return [new() { Type = "text", Text = reader.GetString() }];
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("The content of a message is a text or a list of parts.");
        var part = (JsonConverter<PromptPart>)options.GetTypeInfo(typeof(PromptPart)).Converter; // reads where it stands, so that an error knows its place
        var parts = new List<PromptPart>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            parts.Add(reader.TokenType == JsonTokenType.Null ? throw new JsonException("A part of a message must be an object, not null.") : part.Read(ref reader, typeof(PromptPart), options)!);
        return parts;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<PromptPart> value, JsonSerializerOptions options)
    {
        if (value is [{ Type: "text", Text: { } text }])
        {
            writer.WriteStringValue(text);
            return;
        }
        writer.WriteStartArray();
        foreach (var part in value) JsonSerializer.Serialize(writer, part, TurnpikeJson.Relaxed.PromptPart);
        writer.WriteEndArray();
    }
}
