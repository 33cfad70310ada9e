using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Json;

/// <summary>
/// A message in our own JSON: <c>{role, name?, content: [parts]}</c> with parts <c>text, reasoning, media, tool.call, tool.result</c>. It does not follow the
/// library's own form, so that what is kept and shown does not change when that library does.
/// </summary>
internal sealed class ChatMessageConverter : JsonConverter<ChatMessage>
{
    public override ChatMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        var message = new ChatMessage(new ChatRole(value.GetProperty("role").GetString()!), (string?)null) { AuthorName = value.TryGetProperty("name", out var name) ? name.GetString() : null };
        foreach (var part in value.GetProperty("content").EnumerateArray()) message.Contents.Add(MessagePartJson.Read(part));
        return message;
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
