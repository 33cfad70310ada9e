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

    /// <summary>One item, with its turn and those behind it on the branch, and all items of its turn, deleted ones too; null when there is none, or it was deleted.</summary>
    public async Task<(JsonElement Item, IReadOnlyList<Turn> Turns, IReadOnlyList<JsonElement> All)?> FindAsync(Conversation conversation, string item, CancellationToken cancellationToken)
    {
        if ((await PathAsync(conversation, cancellationToken)).SkipWhile(one => one.Id != TurnOf(item)).ToArray() is not [{ Forgotten: false } turn, ..] behind) return null;
        var (all, input) = await ItemLists.OfAsync(turn, log, cancellationToken);
        var found = all.FirstOrDefault(one => one.Text("id") == item && IsShown(conversation, one, input));
        return found.ValueKind == JsonValueKind.Object ? (found, behind, all) : null;
    }

    private async Task<IReadOnlyList<Turn>> PathAsync(Conversation conversation, CancellationToken cancellationToken) => conversation.Head is { } head ? await turns.PathAsync(head, MostTurns, cancellationToken) : [];

    private async Task<IReadOnlyList<JsonElement>> ItemsAsync(Conversation conversation, Turn turn, CancellationToken cancellationToken)
    {
        if (turn.Forgotten) return [];
        var (all, input) = await ItemLists.OfAsync(turn, log, cancellationToken);
        return [.. all.Where(item => IsShown(conversation, item, input))];
    }

    /// <summary>Whether nobody deleted an item, nor, of a result, its call.</summary>
    private static bool IsShown(Conversation conversation, JsonElement item, InputItems input) =>
        item.Text("id") is { } id && !conversation.HiddenItems.Contains(id) && !(input.Parts.TryGetValue(id, out var parts) && parts.Count > 0 && parts.TrueForAll(conversation.HiddenParts.Contains));

    private static string TurnOf(string item) => item.Split('_') is [_, var suffix, ..] ? "turn_" + suffix : "";
}
