using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Conversations;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The vendor's conversations and their items: those of the shown branch.</summary>
internal static class ConversationItemsApi
{
    private const int MostItems = 20;

    public static void MapConversationItems(this WebApplication app)
    {
        var conversations = app.MapGroup("/v1/conversations").RequireScope(Scopes.Conversations).ExcludeFromDescription();
        conversations.MapPost("", CreateAsync);
        conversations.MapGet("{id}", GetAsync);
        conversations.MapPost("{id}", UpdateAsync);
        conversations.MapDelete("{id}", DeleteAsync);
        conversations.MapGet("{id}/items", ListAsync);
        conversations.MapPost("{id}/items", AddAsync);
        conversations.MapGet("{id}/items/{item}", ItemAsync);
        conversations.MapDelete("{id}/items/{item}", HideAsync);
    }

    private static async Task CreateAsync(HttpContext http, IConversationStore conversations, GivenTurns turns, GivenFiles files, ItemReferences references, ProjectMaking making, TimeProvider time)
    {
        var body = await Body.ObjectOrAsync(http);
        var metadata = Metadata.Read(body);
        var given = body.List("items") is { Count: > 0 } ? await ReadAsync(body, [], references, http.RequestAborted) : ([], null);
        var project = await making.RequireAsync(Query.Text(http, "project"), ProjectRole.Runner, http.RequestAborted);
        await files.LoadAsync(given.Messages, http.RequestAborted);
        var now = time.GetUtcNow();
        var conversation = new Conversation { Id = Ids.New("conv"), Project = project, Metadata = metadata, CreatedAt = now, UpdatedAt = now };
        await conversations.AddAsync(conversation, http.RequestAborted);
        if (given.Face is not null) await turns.KeepAsync(conversation.Id, null, given.Messages, given.Face, [], http.RequestAborted);
        await WriteAsync(http, conversation);
    }

    private static async Task GetAsync(HttpContext http, string id, IConversationStore conversations) => await WriteAsync(http, await FindAsync(conversations, id, http.RequestAborted));

    private static async Task UpdateAsync(HttpContext http, string id, IConversationStore conversations)
    {
        var metadata = Metadata.Read(await Body.ObjectAsync(http)) ?? throw Given.Invalid("metadata", "\"metadata\" is missing; it must be an object.");
        await FindAsync(conversations, id, http.RequestAborted);
        await WriteAsync(http, await conversations.UpdateAsync(id, conversation => conversation with { Metadata = metadata }, http.RequestAborted) ?? throw NotFound(id));
    }

    private static async Task DeleteAsync(HttpContext http, string id, IConversationStore conversations)
    {
        await FindAsync(conversations, id, http.RequestAborted);
        await conversations.UpdateAsync(id, conversation => conversation with { Closed = true }, http.RequestAborted); // its responses stay readable until they are deleted
        await Deleted.WriteAsync(http, id, "conversation.deleted");
    }

    private static async Task ListAsync(HttpContext http, string id, IConversationStore conversations, ConversationItems items)
    {
        var conversation = await FindAsync(conversations, id, http.RequestAborted);
        var page = PageQuery.Read(http, most: 100);
        await ItemLists.WritePageAsync(http, await items.PageAsync(conversation, page, http.RequestAborted), page.Limit);
    }

    private static async Task AddAsync(HttpContext http, string id, IConversationStore conversations, GivenTurns given, GivenFiles files, ItemReferences references, ITurnStore turns)
    {
        var conversation = await FindAsync(conversations, id, http.RequestAborted);
        var head = conversation.Head is { } newest ? await turns.FindAsync(newest, http.RequestAborted) : null;
        if (head is { HasEnded: false }) throw new TurnException(TurnErrorCode.ConversationBusy, $"Turn \"{head.Id}\" of conversation \"{id}\" is still running. Add items when it has ended.");
        var body = await Body.ObjectAsync(http);
        if (body.List("items") is not { Count: > 0 }) throw Given.Invalid("items", body.Member("items") is null ? "\"items\" is missing; it must be an array." : "\"items\" is empty.");
        var (items, face) = await ReadAsync(body, head?.OpenCalls ?? [], references, http.RequestAborted);
        var turn = await given.KeepAsync(id, null, (await files.LoadAsync(items, http.RequestAborted))!, face, [], http.RequestAborted);
        await ItemLists.WritePageAsync(http, GivenItems.Of(turn, face).Items, null, MostItems, "asc");
    }

    private static async Task ItemAsync(HttpContext http, string id, string item, IConversationStore conversations, ConversationItems items, ItemMedia media)
    {
        var (found, _, _) = await items.FindAsync(await FindAsync(conversations, id, http.RequestAborted), item, http.RequestAborted) ?? throw NoItem(id, item);
        found = await media.FillAsync(found, http.RequestAborted);
        await Answer.WriteAsync(http, found.WriteTo);
    }

    private static async Task HideAsync(HttpContext http, string id, string item, IConversationStore conversations, ConversationItems items, ITurnLog log, ConversationCompaction compaction)
    {
        var (hidden, turns, all) = await items.FindAsync(await FindAsync(conversations, id, http.RequestAborted), item, http.RequestAborted) ?? throw NoItem(id, item);
        var (input, call) = (await ItemLists.InputAsync(turns[0], log, http.RequestAborted), await ItemLists.CallAsync(turns[0], item, log, http.RequestAborted));
        IReadOnlyList<string> parts = [];
        var left = await conversations.UpdateAsync(id, now =>
        {
            parts = ItemParts.Of(turns[0], hidden, all, input, call, now.HiddenItems);
            parts = [.. parts, .. ItemParts.ResultsOf(turns, parts)];
            return now with { HiddenItems = [.. now.HiddenItems.Append(item).Distinct()], HiddenParts = [.. now.HiddenParts.Union(parts)], Beginning = null };
        }, http.RequestAborted) ?? throw NotFound(id);
        await compaction.ForgetOfAsync(id, [turns[0].Id, .. parts.Select(HiddenParts.TurnOf)], http.RequestAborted);
        await WriteAsync(http, left);
    }

    /// <summary>The items as messages, and what their list says again when it is shown.</summary>
    /// <param name="body">The body that has them.</param>
    /// <param name="open">The calls that the turn before them left open: results of the caller's own tools may follow them.</param>
    /// <param name="references">Finds the items that are only named.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    private static async Task<(IReadOnlyList<ChatMessage> Messages, JsonElement? Face)> ReadAsync(JsonElement body, IReadOnlyList<OpenCall> open, ItemReferences references, CancellationToken cancellationToken)
    {
        List<JsonElement> given = [.. body.List("items") ?? []];
        if (given.Count > MostItems) throw Given.Invalid("items", $"\"items\" takes {MostItems} items; these are {given.Count}.");
        var named = references.Read();
        for (var i = 0; i < given.Count; i++) given[i] = await named.ReadAsync(given[i], $"items[{i}].", cancellationToken);
        var items = new ResponseItems("items", OpenTurn.None);
        items.Messages.Follow(open.Where(call => call.Kind == OpenCall.Client).Select(call => call.CallId));
        var (face, messages) = GivenItems.Read(given, items);
        var answered = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId).Intersect(open.Select(call => call.CallId)).ToArray();
        if (answered.Length > 0) (OpenTurn.None with { Calls = open }).RequireAll(answered, "items");
        return (messages, face);
    }

    private static Task WriteAsync(HttpContext http, Conversation conversation) => Answer.WriteAsync(http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, conversation.Id);
        writer.WriteString("object"u8, "conversation"u8);
        writer.WriteNumber("created_at"u8, conversation.CreatedAt.ToUnixTimeSeconds());
        writer.WritePropertyName("metadata"u8);
        if (conversation.Metadata is { } metadata) metadata.WriteTo(writer);
        else writer.WriteRawValue("{}");
        writer.WriteEndObject();
    });

    private static async ValueTask<Conversation> FindAsync(IConversationStore conversations, string id, CancellationToken cancellationToken) =>
        await conversations.FindAsync(id, cancellationToken) is { Closed: false } conversation ? conversation : throw NotFound(id);

    private static TurnException NotFound(string id) => new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "conversation_id" };

    private static TurnException NoItem(string id, string item) => new(TurnErrorCode.TurnNotFound, $"Conversation \"{id}\" has no item \"{item}\".") { Field = "item_id" };
}
