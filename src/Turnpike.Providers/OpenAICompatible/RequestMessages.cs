using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>
/// Writes <c>messages</c>. One message of ours may become several: each tool result is a message of its own, and images or
/// files that a tool gave back follow its results as a user message, for tool messages hold text only.
/// </summary>
internal sealed class RequestMessages(Utf8JsonWriter json, ToolNames names, OpenAICompatibleOptions server)
{
    private const int LongestName = 64;
    private readonly List<AIContent> media = [];

    public void Write(string? instructions, IEnumerable<ChatMessage> messages)
    {
        json.WriteStartArray();
        if (!string.IsNullOrEmpty(instructions)) WriteMessage("system", null, [new TextContent(instructions)]);
        foreach (var message in messages) WriteParted(message);
        WriteMedia();
        json.WriteEndArray();
    }

    private void WriteParted(ChatMessage message)
    {
        var role = message.Role == ChatRole.Tool ? "user" : message.Role.Value;
        if (message.Contents.Count == 0 && message.Role != ChatRole.Assistant) WriteMessage(role, message.AuthorName, []);
        var rest = new List<AIContent>();
        foreach (var content in message.Contents)
        {
            if (content is not FunctionResultContent result)
            {
                if (RequestParts.IsSent(content, server.ReplayReasoning)) rest.Add(content);
                continue;
            }
            if (rest.Count > 0) WriteMessage(role, message.AuthorName, rest);
            rest.Clear();
            WriteResult(result);
        }
        if (rest.Count > 0) WriteMessage(role, message.AuthorName, rest);
    }

    private void WriteResult(FunctionResultContent result)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("tool_call_id"u8, result.CallId);
        json.WriteString("content"u8, ToolResultText.Of(result, media));
        json.WriteEndObject();
    }

    private void WriteMedia()
    {
        if (media.Count == 0) return;
        AIContent[] attached = [.. media];
        media.Clear();
        WriteMessage("user", null, attached);
    }

    private void WriteMessage(string role, string? name, IReadOnlyList<AIContent> contents)
    {
        WriteMedia();
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        if (NameOf(name) is { Length: > 0 } legal) json.WriteString("name"u8, legal);
        if (role == "assistant") WriteAssistant(contents);
        else RequestParts.Write(json, contents);
        json.WriteEndObject();
    }

    /// <summary>A name as OpenAI takes it: letters, digits, _ and - of ASCII, 64 at most. It refuses the whole request for any other.</summary>
    private static string? NameOf(string? name)
    {
        if (name is null || (name.Length <= LongestName && name.All(IsLegal))) return name;
        var legal = string.Concat(name.Select(letter => IsLegal(letter) ? letter : '_')).Trim('_');
        return legal.Length > LongestName ? legal[..LongestName] : legal;

        static bool IsLegal(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';
    }

    private void WriteAssistant(IReadOnlyList<AIContent> contents)
    {
        if (contents.OfType<TextReasoningContent>().Any())
            json.WriteString("reasoning_content"u8, string.Concat(contents.OfType<TextReasoningContent>().Select(part => part.Text)));
        var spoken = string.Concat(contents.Select(RequestParts.Spoken));
        var calls = contents.OfType<FunctionCallContent>().ToList();
        if (spoken.Length == 0 && calls.Count > 0) json.WriteNull("content"u8);
        else json.WriteString("content"u8, spoken);
        if (calls.Count == 0) return;
        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, call.CallId);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, names.Out(call.Name));
            json.WriteString("arguments"u8, ToolResultText.Arguments(call));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
