using System.Text.Json;
using Turnpike.Prompts.Templates;

namespace Turnpike.Messages;

/// <summary>Messages that came as the value of a variable.</summary>
internal static class GivenMessages
{
    public static IEnumerable<TemplateMessage> Of(string json)
    {
        using var list = JsonDocument.Parse(json);
        var messages = new List<TemplateMessage>();
        foreach (var message in list.RootElement.EnumerateArray())
        {
            var role = message.GetProperty("role").GetString() switch { "model" => "assistant", "developer" => "system", var plain => plain ?? "user" };
            var content = message.GetProperty("content");
            var text = content.ValueKind == JsonValueKind.String
                ? content.GetString()!
                : string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out var words) ? words.GetString() : ""));
            if (text.Length > 0) messages.Add(new(role, [new(PieceKind.Text, text)]));
        }
        return messages;
    }
}
