using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The messages that a stored chat completion was asked with, in the vendor's shape. What a prompt, its examples and rules add is not among them.</summary>
internal static class ChatMessageList
{
    /// <param name="turn">The turn.</param>
    /// <param name="leading">The messages of the system that stood before all others.</param>
    public static List<JsonElement> Of(Turn turn, IReadOnlyList<LeadingMessage> leading)
    {
        var list = new List<JsonElement>();
        var suffix = Projection.Suffix(turn.Id);
        foreach (var message in leading) Add(list, suffix, Named(new() { ["role"] = message.Role, ["content"] = message.Text, ["refusal"] = null }, message.Name));
        var asked = turn.Messages.TakeWhile(message => message.Role != ChatRole.Assistant);
        foreach (var message in (turn.History ?? []).Concat(asked)) Add(list, message, suffix);
        return list;
    }

    private static void Add(List<JsonElement> list, ChatMessage message, string suffix)
    {
        if (message.Role == ChatRole.Tool)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>()) Add(list, suffix, new() { ["role"] = "tool", ["content"] = McpOutput.Text(result), ["tool_call_id"] = result.CallId, ["refusal"] = null });
            return;
        }
        var parts = message.Contents.Where(part => MessageParts.OriginOf(part) is not (MessageParts.Template or MessageParts.Rule)).ToArray();
        var calls = new JsonArray([.. parts.OfType<FunctionCallContent>().Select(Call)]);
        var media = new JsonArray([.. parts.Select(Part).OfType<JsonObject>()]);
        var text = string.Join("\n\n", parts.OfType<TextContent>().Select(part => part.Text));
        if (calls.Count == 0 && media.Count == 0) return;
        var shown = new JsonObject { ["role"] = message.Role.Value, ["content"] = text.Length == 0 && calls.Count > 0 ? null : text, ["refusal"] = null };
        if (media.Any(part => (string?)part!["type"] != "text")) shown["content_parts"] = media;
        if (calls.Count > 0) shown["tool_calls"] = calls;
        Add(list, suffix, Named(shown, message.AuthorName));
    }

    private static JsonObject Named(JsonObject message, string? name)
    {
        if (name is not null) message["name"] = name;
        return message;
    }

    private static void Add(List<JsonElement> list, string suffix, JsonObject message)
    {
        message.Insert(0, "id", $"chatcmpl-{suffix}-{list.Count}");
        list.Add(JsonSerializer.SerializeToElement(message, TurnpikeJson.Relaxed.JsonObject));
    }

    private static JsonObject Call(FunctionCallContent call) => new()
    {
        ["id"] = call.CallId,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = ToolValues.ArgumentsText(call) },
    };

    private static JsonObject? Part(AIContent part) => part switch
    {
        TextContent { Text.Length: > 0 } text => new() { ["type"] = "text", ["text"] = text.Text },
        DataContent data when data.HasTopLevelMediaType("image") => new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = data.Uri } },
        KeptPart { MediaType: { } type } kept when type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) => ItemMedia.Part("image_url", kept),
        UriContent uri when uri.HasTopLevelMediaType("image") => new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = uri.Uri.OriginalString } },
        _ => null,
    };
}
