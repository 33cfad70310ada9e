using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Json;

/// <summary>
/// A message in our own JSON: <c>{role, name?, content: [parts]}</c> (or, when it is read, a text) with parts <c>text, reasoning, media, tool.call, tool.result</c>. It does not follow the
/// library's own form, so that what is kept and shown does not change when that library does.
/// </summary>
internal sealed class ChatMessageConverter : JsonConverter<ChatMessage>
{
    public override ChatMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        try
        {
            var message = new ChatMessage(new ChatRole(value.GetProperty("role").GetString()!), (string?)null) { AuthorName = value.TryGetProperty("name", out var name) ? name.GetString() : null };
            var content = value.GetProperty("content");
            if (content.ValueKind == JsonValueKind.String) message.Contents.Add(new TextContent(content.GetString()));
            else foreach (var part in content.EnumerateArray()) message.Contents.Add(MessagePartJson.Read(part));
            return message;
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JsonException("A message is {\"role\", \"content\"}; its content is a text, or a list of parts such as {\"type\": \"text\", \"text\"} and {\"type\": \"media\", \"url\", \"mediaType\"}.", error);
        }
    }

    public override void Write(Utf8JsonWriter writer, ChatMessage value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, value.Role.Value);
        if (value.AuthorName is { } name) writer.WriteString("name"u8, name);
        writer.WriteStartArray("content"u8);
        foreach (var part in value.Contents) MessagePartJson.Write(writer, part);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
