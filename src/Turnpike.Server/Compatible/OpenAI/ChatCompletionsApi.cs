using Microsoft.Extensions.Options;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Chat completions: one turn each. Those made with <c>store: true</c> can be read again.</summary>
internal static class ChatCompletionsApi
{
    public static void MapChatCompletions(this WebApplication app)
    {
        var chat = app.MapGroup("/v1/chat/completions").RequireScope(Scopes.Turns).ExcludeFromDescription();
        chat.MapPost("", CreateAsync);
        chat.MapGet("{id}", GetAsync);
        chat.MapDelete("{id}", DeleteAsync);
    }

    private static async Task CreateAsync(HttpContext http, TurnRunner runner, TimeProvider time, IOptions<FaceOptions> options)
    {
        var request = ChatRequest.Read(http, await Body.ObjectAsync(http), options.Value.For(http));
        var turns = new FaceTurns(runner, time);
        var started = await turns.StartAsync(http, request.Turn);
        if (request.Stream)
        {
            await turns.StreamAsync(http, started.Turn.Id, request.Turn.OnDisconnect, new ChatChunks(request.IncludeUsage));
            return;
        }
        var events = await turns.EventsAsync(http, started.Turn.Id, request.Turn.OnDisconnect);
        if (FaceTurns.Fault(events[^1]) is { } fault) await Problem.WriteAsync(http, fault);
        else await Answer.WriteAsync(http, writer => ChatCompletion.Of(events).Write(writer, request.HasNative ? more => NativeMembers.Write(more, events) : null));
    }

    private static async Task GetAsync(HttpContext http, string id, TurnRunner runner, TimeProvider time, ITurnStore store)
    {
        var turn = await StoredAsync(store, id, http.RequestAborted);
        TurnHeaders.Stamp(http, turn);
        var events = await new FaceTurns(runner, time).EventsAsync(http, turn.Id, OnDisconnect.Continue);
        await Answer.WriteAsync(http, writer => ChatCompletion.Of(events).Write(writer));
    }

    private static async Task DeleteAsync(HttpContext http, string id, ITurnStore store)
    {
        var turn = await StoredAsync(store, id, http.RequestAborted);
        await store.ForgetAsync(turn.Id, http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("object"u8, "chat.completion.deleted"u8);
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
    }

    private static async ValueTask<Turn> StoredAsync(ITurnStore store, string id, CancellationToken cancellationToken) =>
        (id.StartsWith("chatcmpl-", StringComparison.Ordinal) ? await store.FindAsync("turn_" + id["chatcmpl-".Length..], cancellationToken) : null) is { Store: not false, Forgotten: false, HasEnded: true } turn
            ? turn : throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no stored chat completion \"{id}\".") { Field = "id" };
}
