using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Items that a request names by their ids instead of saying them: those of the responses and conversations that are here.</summary>
internal sealed class ItemReferences(ITurnStore turns, ITurnLog log, IConversationStore conversations, ItemMedia media)
{
    /// <summary>The item that a reference names; an item that is none is itself.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>: there is no such item.</exception>
    public async ValueTask<JsonElement> ReadAsync(JsonElement item, string path, CancellationToken cancellationToken)
    {
        if (!IsReference(item, path)) return item;
        var id = item.Needed("id", path);
        return await media.FillAsync(await FindAsync(id, cancellationToken)
            ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"Item with id '{id}' not found: it was never made here, not stored, or deleted. Send the item itself.") { Field = path + "id" }, cancellationToken);
    }

    /// <summary>The item of an id; null: there is none.</summary>
    public async ValueTask<JsonElement?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var turn = LastApproval.TurnOf(id) is { } named ? await turns.FindAsync(named, cancellationToken) : null;
        if (turn is null or { Forgotten: true } || await conversations.FindAsync(turn.Conversation, cancellationToken) is { } its && its.HiddenItems.Contains(id)) return null;
        return (await ItemLists.OfAsync(turn, log, cancellationToken)).Items.FirstOrDefault(item => item.Text("id") == id) is { ValueKind: JsonValueKind.Object } found ? found : null;
    }

    /// <summary>The vendor's type lets <c>type</c> be left out of a reference, which has nothing but an id.</summary>
    private static bool IsReference(JsonElement item, string path) => item.Text("type", path) is var type && (type == "item_reference" || (type is null && item.Member("id") is not null && item.Member("role") is null && item.Member("content") is null));
}
