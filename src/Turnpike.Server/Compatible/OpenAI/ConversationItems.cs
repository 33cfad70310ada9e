using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The items of a conversation's shown branch that were not deleted. Only the logs of turns whose items are asked for are read: an item's id names its turn.</summary>
internal sealed class ConversationItems(ITurnStore turns, ITurnLog log)
{
    private const int MostTurns = 1000;

    /// <summary>The items behind a cursor, and one more when there are more.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: the cursor names no item of the conversation.</exception>
    public async Task<IReadOnlyList<JsonElement>> PageAsync(Conversation conversation, PageQuery page, CancellationToken cancellationToken)
    {
        IEnumerable<Turn> path = await PathAsync(conversation, cancellationToken);
        if (page.Order != "asc") path = path.Reverse();
        if (page.After is { } after) path = path.SkipWhile(turn => turn.Id != TurnOf(after));
        var (found, isBehind) = (new List<JsonElement>(page.Limit + 1), page.After is null);
        foreach (var turn in path)
        {
            IEnumerable<JsonElement> items = await ItemsAsync(conversation, turn, cancellationToken);
            if (page.Order != "asc") items = items.Reverse();
            if (!isBehind) items = items.SkipWhile(item => item.Text("id") != page.After);
            var left = items.ToArray();
            if (!isBehind && left.Length == 0) break;
            found.AddRange(isBehind ? left : left.Skip(1));
            isBehind = true;
            if (found.Count > page.Limit) return found[..(page.Limit + 1)];
        }
        return isBehind ? found : throw Given.Invalid("after", $"\"after\" is \"{page.After}\", which is no item of this list.");
    }

    /// <summary>One item, with its turn and all items of that; null when there is none.</summary>
    public async Task<(JsonElement Item, Turn Turn, IReadOnlyList<JsonElement> Shown)?> FindAsync(Conversation conversation, string item, CancellationToken cancellationToken)
    {
        if ((await PathAsync(conversation, cancellationToken)).FirstOrDefault(one => one.Id == TurnOf(item)) is not { } turn) return null;
        var shown = await ItemsAsync(conversation, turn, cancellationToken);
        var found = shown.FirstOrDefault(one => one.Text("id") == item);
        return found.ValueKind == JsonValueKind.Object ? (found, turn, shown) : null;
    }

    private async Task<IReadOnlyList<Turn>> PathAsync(Conversation conversation, CancellationToken cancellationToken) => conversation.Head is { } head ? await turns.PathAsync(head, MostTurns, cancellationToken) : [];

    private async Task<IReadOnlyList<JsonElement>> ItemsAsync(Conversation conversation, Turn turn, CancellationToken cancellationToken) =>
        turn.Forgotten ? [] : [.. (await ItemLists.OfAsync(turn, log, cancellationToken)).Where(item => !conversation.HiddenItems.Contains(item.Text("id")))];

    private static string TurnOf(string item) => item.Split('_') is [_, var suffix, ..] ? "turn_" + suffix : "";
}
