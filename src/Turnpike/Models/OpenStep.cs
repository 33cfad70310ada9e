using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Models;

/// <summary>Puts the results of a step's calls behind the message that asked for them, in the order of the calls.</summary>
internal static class OpenStep
{
    public static void Complete(List<ChatMessage> messages, IReadOnlyList<FunctionResultContent> results, ModelInfo? model)
    {
        if (results.Count == 0) return;
        var ids = results.Select(result => result.CallId).ToHashSet(StringComparer.Ordinal);
        var asked = messages.FindLastIndex(message => message.Role == ChatRole.Assistant && message.Contents.OfType<FunctionCallContent>().Any(call => ids.Contains(call.CallId)));
        if (asked < 0) return;
        var known = new Dictionary<string, FunctionResultContent>(StringComparer.Ordinal);
        for (var next = asked + 1; next < messages.Count && messages[next].Role == ChatRole.Tool;)
        {
            foreach (var result in messages[next].Contents.OfType<FunctionResultContent>()) known[result.CallId] = result;
            messages.RemoveAt(next);
        }
        foreach (var result in results) known[result.CallId] = result;
        messages.Insert(asked + 1, ToolParts.Readable(new(ChatRole.Tool, [.. messages[asked].Contents.OfType<FunctionCallContent>().Where(call => known.ContainsKey(call.CallId)).Select(call => known[call.CallId])]), model));
    }
}
