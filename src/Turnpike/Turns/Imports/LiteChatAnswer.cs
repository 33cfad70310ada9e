using System.Buffers.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Imports;

/// <summary>What a model answered in a LiteChat interaction: calls, results, then the text with its images.</summary>
internal sealed partial class LiteChatAnswer
{
    public LiteChatAnswer(JsonElement? response, ImportMembers metadata, ImportItemNotes notes)
    {
        var messages = new List<ChatMessage>();
        var calls = metadata.List("toolCalls").Select(call => Parsed(call, "tool call", notes)).OfType<ImportMembers>().Select(call => ToolValues.Call(call.Text("toolCallId") ?? "", call.Text("toolName") ?? "unknown", call.Get("input") ?? call.Get("args") ?? JsonElements.Written(0, (writer, _) => { writer.WriteStartObject(); writer.WriteEndObject(); }))).ToList();
        var results = metadata.List("toolResults").Select(result => Parsed(result, "tool result", notes)).OfType<ImportMembers>()
            .Select(result => (Id: result.Text("toolCallId") ?? "", Value: result.Get("output") ?? result.Get("result") ?? JsonElements.Null, IsError: result.Get("isError") is { ValueKind: JsonValueKind.True })).ToList();
        if (calls.Count > 0)
        {
            var told = new List<AIContent>();
            foreach (var call in calls)
            {
                var at = results.FindIndex(result => result.Id == call.CallId);
                if (at < 0) notes.Changed($"call \"{call.CallId}\" of {call.Name} has no result; it gets an error");
                told.Add(at < 0 ? ToolValues.Error(call.CallId, "No result: the turn ended before the tool answered.") : results[at].IsError ? ToolValues.Error(call.CallId, results[at].Value.ToString()) : new FunctionResultContent(call.CallId, results[at].Value.Clone()));
                if (at >= 0) results.RemoveAt(at);
            }
            messages.Add(new(ChatRole.Assistant, [.. calls]));
            messages.Add(new(ChatRole.Tool, told));
        }
        foreach (var result in results) notes.Changed($"a tool result for \"{result.Id}\" has no call and is not kept");
        Text = response is { ValueKind: JsonValueKind.String } said ? said.GetString()! : "";
        if (response is { ValueKind: not JsonValueKind.String }) notes.Changed("its response is no text and is not kept");
        var parts = Parts(Text);
        if (metadata.Text("reasoning") is { Length: > 0 } thought) parts.Insert(0, new TextReasoningContent(thought));
        if (parts.Count > 0) messages.Add(new(ChatRole.Assistant, parts));
        Messages = messages;
        Text = string.Concat(parts.OfType<TextContent>().Select(part => part.Text));
    }

    public string Text { get; }
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>The text, its data-URL images as parts of their own.</summary>
    private static List<AIContent> Parts(string text)
    {
        var parts = new List<AIContent>();
        var at = 0;
        foreach (var image in Image().EnumerateMatches(text))
        {
            var url = text.AsSpan(image.Index, image.Length);
            url = url[url.LastIndexOf("data:", StringComparison.Ordinal)..].TrimEnd(')');
            if (!Base64.IsValid(url[(url.IndexOf(',') + 1)..])) continue; // somebody writes about such addresses
            if (image.Index > at) parts.Add(new TextContent(text[at..image.Index]));
            parts.Add(new DataContent(url.ToString()));
            at = image.Index + image.Length;
        }
        if (at < text.Length) parts.Add(new TextContent(text[at..]));
        return parts;
    }

    private static ImportMembers? Parsed(JsonElement value, string what, ImportItemNotes notes)
    {
        if (value.ValueKind == JsonValueKind.Object) return new(value);
        if (value.ValueKind == JsonValueKind.String && ForeignJson.Parse(value.GetString()!) is { ValueKind: JsonValueKind.Object } parsed) return new(parsed);
        notes.Changed($"a {what} cannot be read and is not kept: {(value.ToString() is { Length: > 80 } text ? text[..80] + "…" : value.ToString())}");
        return null;
    }

    [GeneratedRegex(@"!\[[^\[\]]{0,1000}\]\(data:image/[a-zA-Z0-9.+-]+;base64,[A-Za-z0-9+/]+={0,2}\)|data:image/[a-zA-Z0-9.+-]+;base64,[A-Za-z0-9+/]+={0,2}")]
    private static partial Regex Image();
}
