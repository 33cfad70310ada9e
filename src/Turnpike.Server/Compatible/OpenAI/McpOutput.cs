using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>What a tool answered, as text; media as a note of what they are.</summary>
internal static class McpOutput
{
    public static string Text(ToolResult result) => result.Result is { } value ? Text(value, result.Parts) : "";

    public static string Text(FunctionResultContent result) => Text(ToolValues.Element(result.Result), result.Result is IEnumerable<AIContent>);

    private static string Text(JsonElement value, bool parts) =>
        parts ? string.Join('\n', value.EnumerateArray().Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : $"[{(part.TryGetProperty("mediaType", out var type) ? type.GetString() : "media")}]"))
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : value.GetRawText();
}
