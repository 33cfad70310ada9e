using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The items of a conversation's shown branch that were not deleted. Only the logs of turns whose items are asked for are read: an item's id names its turn.</summary>
internal sealed class ConversationItems(ITurnStore turns, ITurnLog log)
{
    private const int MostTurns = 10_000;

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
            if (turn.Forgotten) // with its items, the cursor's too
            {
                isBehind = true;
                continue;
            }
            var (all, input) = await ItemLists.OfAsync(turn, log, cancellationToken);
            IEnumerable<JsonElement> items = all;
            if (page.Order != "asc") items = items.Reverse();
            if (!isBehind)
            {
                items = [.. items.SkipWhile(item => item.Text("id") != page.After)]; // it may have been deleted since it was listed: who deletes page by page goes on behind it
                if (!items.Any()) break;
                (items, isBehind) = (items.Skip(1), true);
            }
            found.AddRange(items.Where(item => IsShown(conversation, item, input)));
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

    /// <summary>Whether nobody deleted an item, nor, of a result, its call.</summary>
    private static bool IsShown(Conversation conversation, JsonElement item, InputItems input) =>
        item.Text("id") is { } id && !conversation.HiddenItems.Contains(id) && !(input.Parts.TryGetValue(id, out var parts) && parts.Count > 0 && parts.TrueForAll(conversation.HiddenParts.Contains));

    private static string TurnOf(string item) => item.Split('_') is [_, var suffix, ..] ? "turn_" + suffix : "";
}
