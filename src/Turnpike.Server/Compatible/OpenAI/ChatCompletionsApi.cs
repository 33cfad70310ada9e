using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Chat completions: one turn each. Those made with <c>store: true</c> are listed and can be read again.</summary>
internal static class ChatCompletionsApi
{
    public static void MapChatCompletions(this WebApplication app)
    {
        var chat = app.MapGroup("/v1/chat/completions").RequireScope(Scopes.Turns).ExcludeFromDescription();
        chat.MapPost("", CreateAsync);
        chat.MapGet("", ChatCompletionList.ListAsync);
        chat.MapGet("{id}", GetAsync);
        chat.MapPost("{id}", NoteAsync);
        chat.MapDelete("{id}", DeleteAsync);
        chat.MapGet("{id}/messages", MessagesAsync);
    }

    private static async Task CreateAsync(HttpContext http, EarlierTurns earlier, TurnRunner runner, TimeProvider time, IStoredCompletions listed, IOptions<FaceOptions> options)
    {
        var body = await Body.ObjectAsync(http);
        var request = await ChatRequest.ReadAsync(http, body, options.Value.For(http));
        var turns = new FaceTurns(runner, time);
        var started = await earlier.FindAsync(http, new(body)) ?? await turns.StartAsync(http, request.Turn);
        if (started.Turn.Store != false && !started.Replayed) await listed.AddAsync(new(started.Turn.Id, started.Turn.Model, started.Turn.CreatedAt, request.Metadata), CancellationToken.None);
        if (request.Stream)
        {
            await turns.StreamAsync(http, started, new ChatChunks(request.IncludeUsage));
            return;
        }
        var events = await turns.EventsAsync(http, started);
        if (FaceTurns.Fault(events[^1], started) is { } fault) await Problem.WriteAsync(http, fault);
        else await Answer.WriteAsync(http, writer => ChatCompletion.Of(events, request.Metadata).Write(writer, request.HasNative ? more => NativeMembers.Write(more, events) : null));
    }

    private static async Task GetAsync(HttpContext http, string id, ITurnStore store, ITurnLog log, IStoredCompletions listed)
    {
        var turn = await StoredAsync(store, id, http.RequestAborted);
        await WriteAsync(http, turn, log, (await listed.FindAsync(turn.Id, http.RequestAborted))?.Metadata);
    }

    private static async Task NoteAsync(HttpContext http, string id, ITurnStore store, ITurnLog log, IStoredCompletions listed)
    {
        var turn = await StoredAsync(store, id, http.RequestAborted);
        if (turn.Status != TurnStatus.Completed)
        {
            await WriteAsync(http, turn, log, null);
            return;
        }
        var metadata = Metadata.Kept(await Body.ObjectAsync(http)) ?? throw Given.Invalid("metadata", "\"metadata\" is missing; it must be an object.");
        if (!await listed.NoteAsync(turn.Id, metadata, http.RequestAborted)) throw NotFound(id);
        await WriteAsync(http, turn, log, metadata);
    }

    private static async Task DeleteAsync(HttpContext http, string id, ITurnStore store, IStoredCompletions listed, ConversationCompaction compaction)
    {
        var turn = await StoredAsync(store, id, http.RequestAborted);
        await store.ForgetAsync(turn.Id, http.RequestAborted);
        await compaction.ForgetOfAsync(turn.Conversation, [turn.Id], http.RequestAborted);
        await listed.RemoveAsync(turn.Id, http.RequestAborted);
        await Deleted.WriteAsync(http, id, "chat.completion.deleted");
    }

    private static async Task MessagesAsync(HttpContext http, string id, ITurnStore store, ITurnLog log)
    {
        var turn = await StoredAsync(store, id, http.RequestAborted);
        var page = PageQuery.Read(http, most: 100, order: "asc");
        var messages = ChatMessageList.Of(turn, await ItemLists.LeadingAsync(turn, log, http.RequestAborted));
        await ItemLists.WritePageAsync(http, messages, page.After, page.Limit, page.Order);
    }

    private static async Task WriteAsync(HttpContext http, Turn turn, ITurnLog log, JsonElement? metadata)
    {
        TurnHeaders.Stamp(http, turn);
        var events = await FaceEvents.ReadAsync(log, turn.Id, http.RequestAborted);
        if (FaceTurns.Fault(events[^1]) is { } fault) await Problem.WriteAsync(http, fault); // as whoever asked for it was told
        else await Answer.WriteAsync(http, writer => ChatCompletion.Of(events, metadata).Write(writer));
    }

    private static async ValueTask<Turn> StoredAsync(ITurnStore store, string id, CancellationToken cancellationToken) =>
        (id.StartsWith("chatcmpl-", StringComparison.Ordinal) ? await store.FindAsync("turn_" + id["chatcmpl-".Length..], cancellationToken) : null) is { Store: not false, Forgotten: false, HasEnded: true } turn ? turn : throw NotFound(id);

    private static TurnException NotFound(string id) => new(TurnErrorCode.TurnNotFound, $"There is no stored chat completion \"{id}\".") { Field = "id" };
}
