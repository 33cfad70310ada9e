using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Files;

namespace Turnpike.Prompts.Templates;

/// <summary>Messages that came as the value of a variable: <c>[{role, content}]</c>, content a text or a list of text and media parts.</summary>
internal static class GivenMessages
{
    /// <param name="json">The value as JSON.</param>
    /// <param name="variable">Where it came from, for error messages.</param>
    public static List<RenderedMessage> Of(string json, string variable)
    {
        using var list = JsonDocument.Parse(json);
        if (list.RootElement.ValueKind != JsonValueKind.Array) throw Invalid(variable, "it is no list");
        var messages = new List<RenderedMessage>();
        foreach (var message in list.RootElement.EnumerateArray())
        {
            var role = Text(message, "role") ?? throw Invalid(variable, "a message has no \"role\"");
            if (!TemplateHelpers.Roles.TryGetValue(role, out var ours)) throw Invalid(variable, $"a message has the role \"{role}\", and the roles are system, user and assistant");
            if (Parts(message, variable) is { Count: > 0 } parts) messages.Add(new(ours, parts) { IsGiven = true });
        }
        return messages;
    }

    private static List<TemplatePiece> Parts(JsonElement message, string variable)
    {
        message.TryGetProperty("content", out var content);
        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString() is { Length: > 0 } text ? [new(PieceKind.Text, text, variable)] : [],
            JsonValueKind.Array => [.. content.EnumerateArray().Select(part => Part(part, variable)).Where(part => part.Text.Length > 0)],
            _ => throw Invalid(variable, "a message has no \"content\""),
        };
    }

    private static TemplatePiece Part(JsonElement part, string variable)
    {
        if (Text(part, "text") is { } text) return new(PieceKind.Text, text, variable);
        var media = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("media", out var inner) ? inner : part;
        if ((Text(media, "url") ?? Text(media, "file")) is not { } source) throw Invalid(variable, "a part of a message is neither text nor media");
        var type = Text(media, "contentType") ?? Text(media, "mediaType");
        if (type is not null && !FileTypes.IsType(type)) throw Invalid(variable, $"a part of a message is said to be of type \"{(type.Length > 100 ? type[..100] + "…" : type)}\", and types are such as image/png");
        return new(PieceKind.Media, source, type);
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static TurnException Invalid(string variable, string reason)
    {
        var message = $"\"{variable}\" does not hold messages: {reason}. Give [{{\"role\": \"user\", \"content\": \"…\"}}].";
        return new(TurnErrorCode.VariableInvalid, message) { Field = "variables", Variables = [new(variable, message)] };
    }
}
