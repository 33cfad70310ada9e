using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Items that requests name by their ids instead of saying them: those of the responses and conversations that are here.</summary>
internal sealed class ItemReferences(ITurnStore turns, ITurnLog log, IConversationStore conversations, ItemMedia media, IOptions<ResourceOptions> options)
{
    /// <summary>Reads the references of one request. A turn is read once, whatever of it is named, and media count in each place that names them.</summary>
    public Reader Read() => new(this, media, options.Value);

    /// <summary>The items of a turn that can be named, by their ids.</summary>
    private async Task<Dictionary<string, JsonElement>> OfAsync(string id, CancellationToken cancellationToken)
    {
        var named = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (await turns.FindAsync(id, cancellationToken) is not { Forgotten: false } turn) return named;
        var hidden = (await conversations.FindAsync(turn.Conversation, cancellationToken))?.HiddenItems ?? [];
        foreach (var item in (await ItemLists.OfAsync(turn, log, cancellationToken)).Items) if (item.Text("id") is { } its) named.TryAdd(its, item);
        foreach (var gone in hidden) named.Remove(gone);
        return named;
    }

    /// <summary>The vendor's type lets <c>type</c> be left out of a reference, which has nothing but an id.</summary>
    private static bool IsReference(JsonElement item, string path) => item.Text("type", path) is var type && (type == "item_reference" || (type is null && item.Member("id") is not null && item.Member("role") is null && item.Member("content") is null));

    /// <summary>The references of one request.</summary>
    public sealed class Reader(ItemReferences references, ItemMedia media, ResourceOptions limits)
    {
        private const int MostTurns = 64; // that are remembered
        private const int Shares = 5; // as many times the largest resource as files that are named in earlier messages
        private readonly Dictionary<string, Dictionary<string, JsonElement>> _turns = new(StringComparer.Ordinal);
        private long _media;

        /// <summary>The item that a reference names; an item that is none is itself.</summary>
        /// <exception cref="TurnException"><c>turn_not_found</c>: there is no such item; <c>resource_too_large</c>: the media of all of them are too much.</exception>
        public async ValueTask<JsonElement> ReadAsync(JsonElement item, string path, CancellationToken cancellationToken)
        {
            if (!IsReference(item, path)) return item;
            var id = item.Needed("id", path);
            var found = await FindAsync(id, cancellationToken)
                ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"Item with id '{id}' not found: it was never made here, not stored, or deleted. Send the item itself.") { Field = path + "id" };
            var whole = await media.FillAsync(found, cancellationToken);
            _media += JsonMarshal.GetRawUtf8Value(whole).Length - JsonMarshal.GetRawUtf8Value(found).Length;
            var most = (long)limits.Bytes * Shares;
            if (_media / 4 * 3 > most) throw new TurnException(TurnErrorCode.ResourceTooLarge, FormattableString.Invariant($"The items that are only named hold more than {most:N0} bytes of files together; {Shares} times Turnpike:Resources:Bytes are taken. Leave older ones out.")) { Field = path + "id" };
            return whole;
        }

        /// <summary>The item of an id; null: there is none.</summary>
        public async ValueTask<JsonElement?> FindAsync(string id, CancellationToken cancellationToken)
        {
            if (LastApproval.TurnOf(id) is not { } turn) return null;
            if (!_turns.TryGetValue(turn, out var named))
            {
                if (_turns.Count == MostTurns) _turns.Clear();
                _turns[turn] = named = await references.OfAsync(turn, cancellationToken);
            }
            return named.TryGetValue(id, out var found) && found.ValueKind == JsonValueKind.Object ? found : null;
        }
    }
}
