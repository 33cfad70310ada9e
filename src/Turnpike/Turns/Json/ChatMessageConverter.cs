using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Json;

/// <summary>
/// A message in our own JSON: <c>{role, name?, content: [parts]}</c> with parts <c>text, reasoning, media, tool.call, tool.result</c>; a content that is one text is
/// read too. It does not follow the library's own form, so that what is kept and shown does not change when that library does.
/// </summary>
internal sealed class ChatMessageConverter : JsonConverter<ChatMessage>
{
    public override ChatMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String || role.GetString() is not { Length: > 0 } named || string.IsNullOrWhiteSpace(named))
            throw new JsonException("A message is an object with a \"role\" and a \"content\".");
        var message = new ChatMessage(new ChatRole(named), (string?)null) { AuthorName = value.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null };
        if (!value.TryGetProperty("content", out var content) || content.ValueKind is not (JsonValueKind.Array or JsonValueKind.String)) throw new JsonException("The \"content\" of a message is a text or a list of parts.");
        if (content.ValueKind == JsonValueKind.String) message.Contents.Add(new TextContent(content.GetString()));
        else foreach (var part in content.EnumerateArray()) message.Contents.Add(Part(part));
        return message;
    }

    /// <summary>A part; what lacks a member or has one of another kind is told as a fault of the JSON.</summary>
    private static AIContent Part(JsonElement part)
    {
        try
        {
            return MessagePartJson.Read(part);
        }
        catch (Exception error) when (error is KeyNotFoundException or ArgumentException or FormatException or InvalidOperationException)
        {
            throw new JsonException("A part of a message cannot be read. There are {type: text, text}, {type: reasoning, text}, {type: media, url, mediaType}, {type: media, file} with the id of an upload, {type: tool.call, callId, name, arguments} and {type: tool.result, callId, result or error}.", error);
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
