using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Which parts of a turn's messages an item shows.</summary>
internal static class ItemParts
{
    /// <summary>The names of the parts; empty when the item shows none, such as a request for approval.</summary>
    /// <param name="turn">The turn of the item.</param>
    /// <param name="item">The item.</param>
    /// <param name="items">The items of the turn, in order.</param>
    /// <param name="input">What the turn's caller gave.</param>
    /// <param name="call">The id of the call that the item tells of; null: the item has it, or tells of none.</param>
    public static IReadOnlyList<string> Of(Turn turn, JsonElement item, IReadOnlyList<JsonElement> items, InputItems input, string? call)
    {
        if (input.Parts.TryGetValue(item.Text("id")!, out var given)) return given;
        return item.Text("type") switch
        {
            "message" => Block(turn, item, items, part => part is TextContent),
            "reasoning" => Block(turn, item, items, part => part is TextReasoningContent),
            "function_call" or "mcp_call" => Call(turn, call ?? item.Text("call_id")),
            _ => [],
        };
    }

    /// <summary>The names of the results of calls that are taken away, which no model could be told without them.</summary>
    /// <param name="turns">The turn of the calls and those behind it, oldest first.</param>
    /// <param name="hidden">The names of the parts that are taken away.</param>
    public static IEnumerable<string> ResultsOf(IEnumerable<Turn> turns, IReadOnlyCollection<string> hidden)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (content, name) in turns.SelectMany(turn => Parts(turn, turn.History ?? [], isHistory: true).Concat(Parts(turn, turn.Messages, isHistory: false))))
        {
            if (content is FunctionCallContent call && hidden.Contains(name)) gone.Add(call.CallId);
            else if (content is FunctionCallContent again) gone.Remove(again.CallId); // the id is used anew
            else if (content is FunctionResultContent result && gone.Remove(result.CallId)) yield return name;
        }

        static IEnumerable<(AIContent, string)> Parts(Turn turn, IReadOnlyList<ChatMessage> messages, bool isHistory) =>
            messages.SelectMany((message, i) => message.Contents.Select((content, part) => (content, HiddenParts.Name(turn.Id, isHistory, i, part))));
    }

    /// <summary>The block that stands as far behind the first of its kind as the item does behind the turn's first of its type.</summary>
    private static IReadOnlyList<string> Block(Turn turn, JsonElement item, IReadOnlyList<JsonElement> items, Func<AIContent, bool> isKind)
    {
        var id = item.Text("id")!;
        var siblings = id[..(id.LastIndexOf('_') + 1)];
        var place = items.Where(one => one.Text("id") is { } other && other.StartsWith(siblings, StringComparison.Ordinal) && !other[siblings.Length..].StartsWith('i')).TakeWhile(one => one.Text("id") != id).Count();
        return [.. Parts(turn).Where(part => part.Role == ChatRole.Assistant && isKind(part.Content) && MessageParts.OriginOf(part.Content) is null).Skip(place).Take(1).Select(part => part.Name)];
    }

    /// <summary>A call, and its result.</summary>
    private static IReadOnlyList<string> Call(Turn turn, string? id) =>
        [.. Parts(turn).Where(part => part.Content is FunctionCallContent call && call.CallId == id || part.Content is FunctionResultContent result && result.CallId == id).Select(part => part.Name)];

    private static IEnumerable<(ChatRole Role, AIContent Content, string Name)> Parts(Turn turn) =>
        turn.Messages.SelectMany((message, i) => message.Contents.Select((content, part) => (message.Role, content, HiddenParts.Name(turn.Id, false, i, part))));
}
