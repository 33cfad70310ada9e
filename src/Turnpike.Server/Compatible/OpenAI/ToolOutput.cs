using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads what a caller's tool answered: a text, or parts.</summary>
internal static class ToolOutput
{
    /// <summary>The output as text, and its parts where there are others than texts.</summary>
    public static (string Text, IReadOnlyList<AIContent>? Parts) Read(JsonElement item, string path) => item.Member("output") switch
    {
        { ValueKind: JsonValueKind.String } text => (text.GetString()!, null),
        { ValueKind: JsonValueKind.Array } list => Parts([.. list.EnumerateArray().Select((part, i) => ResponseItems.Part(part, $"{path}output[{i}]."))]),
        _ => throw Given.Invalid(path + "output", $"\"{path}output\" must be a string or an array of parts."),
    };

    /// <summary>What an <c>mcp_call</c> of an earlier answer failed with; null when it did not.</summary>
    public static string? Fault(JsonElement call) => call.Member("error") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } error => string.Concat((error.Member("content") is { ValueKind: JsonValueKind.Array } parts ? parts.EnumerateArray().Select(part => part.Text("text")) : []).DefaultIfEmpty(error.Text("message") ?? "failed")),
        _ => null,
    };

    private static (string, IReadOnlyList<AIContent>?) Parts(UserPart[] parts) => (string.Concat(parts.Select(part => part.Text)), parts.All(part => part.Resource is null) ? null
        : parts.Select(part => part.Resource is { } resource ? UserPart.Content(resource) : new TextContent(part.Text)).ToArray());
}
