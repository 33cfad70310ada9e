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
    /// <param name="hidden">The ids of items that are hidden already: a part that several items show is hidden with the last of them.</param>
    public static IReadOnlyList<string> Of(Turn turn, JsonElement item, IReadOnlyList<JsonElement> items, InputItems input, string? call, IReadOnlyCollection<string> hidden)
    {
        if (input.Parts.TryGetValue(item.Text("id")!, out var given)) return given;
        return item.Text("type") switch
        {
            "message" => Block(turn, item, items, hidden, part => part is TextContent),
            "reasoning" => Block(turn, item, items, hidden, part => part is TextReasoningContent),
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

    /// <summary>
    /// The block whose text the item says, alone or with its neighbours; empty for one that a try said which was given up, and while another item shows the block too.
    /// Where the texts tell nothing, the block that stands as far behind the first of its kind as the item does behind the turn's first of its type.
    /// </summary>
    private static IReadOnlyList<string> Block(Turn turn, JsonElement item, IReadOnlyList<JsonElement> items, IReadOnlyCollection<string> hidden, Func<AIContent, bool> isKind)
    {
        var id = item.Text("id")!;
        var siblings = id[..(id.LastIndexOf('_') + 1)];
        var said = items.Where(one => one.Text("id") is { } other && other.StartsWith(siblings, StringComparison.Ordinal) && !other[siblings.Length..].StartsWith('i')).Select(one => (Id: one.Text("id")!, Text: TextOf(one))).ToList();
        var blocks = Parts(turn).Where(part => part.Role == ChatRole.Assistant && isKind(part.Content) && MessageParts.OriginOf(part.Content) is null).ToList();
        var (at, of) = (0, 0);
        while (at < said.Count && of < blocks.Count)
        {
            var count = Together(said, at, blocks[of].Content is TextContent text ? text.Text : ((TextReasoningContent)blocks[of].Content).Text);
            var group = said.GetRange(at, Math.Max(count, 1));
            if (count > 0 && group.Exists(one => one.Id == id)) return group.TrueForAll(one => one.Id == id || hidden.Contains(one.Id)) ? [blocks[of].Name] : [];
            at += group.Count;
            if (count > 0) of++;
        }
        return of == blocks.Count && of > 0 ? [] : [.. blocks.Skip(said.FindIndex(one => one.Id == id)).Take(1).Select(block => block.Name)];
    }

    /// <summary>How many items from a place say a text together; 0: they say another.</summary>
    private static int Together(List<(string Id, string Text)> said, int at, string text)
    {
        var rest = text.AsSpan();
        for (var count = 0; at + count < said.Count && rest.StartsWith(said[at + count].Text, StringComparison.Ordinal);)
        {
            rest = rest[said[at + count++].Text.Length..];
            if (rest.Length == 0) return count;
        }
        return 0;
    }

    private static string TextOf(JsonElement item) =>
        string.Concat((item.List("content") ?? []).Concat(item.List("summary") ?? []).Select(part => part.ValueKind == JsonValueKind.Object ? part.Text("text") ?? part.Text("refusal") : null));

    /// <summary>A call, and its result.</summary>
    private static IReadOnlyList<string> Call(Turn turn, string? id) =>
        [.. Parts(turn).Where(part => part.Content is FunctionCallContent call && call.CallId == id || part.Content is FunctionResultContent result && result.CallId == id).Select(part => part.Name)];

    private static IEnumerable<(ChatRole Role, AIContent Content, string Name)> Parts(Turn turn) =>
        turn.Messages.SelectMany((message, i) => message.Contents.Select((content, part) => (message.Role, content, HiddenParts.Name(turn.Id, false, i, part))));
}
