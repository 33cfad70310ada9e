using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>Chats of UI clients: submit, reconnect, read, stop.</summary>
internal static class UiChatApi
{
    /// <summary>The header that says which stream it is, and its version.</summary>
    public const string Stream = "x-vercel-ai-ui-message-stream";
    private const int MostTurns = 500;

    public static void MapUiChat(this WebApplication app)
    {
        var chat = app.MapGroup("/api/chat").RequireScope(Scopes.Turns).ExcludeFromDescription();
        chat.MapPost("", SubmitAsync);
        chat.MapGet("{id}", ReadAsync);
        chat.MapGet("{id}/stream", ResumeAsync);
        chat.MapPost("{id}/stop", StopAsync);
    }

    private static async Task SubmitAsync(HttpContext http, UiTurns chat, TurnRunner runner, TimeProvider time, ITurnLog log)
    {
        var body = await Body.ObjectAsync(http);
        var turns = new FaceTurns(runner, time);
        if (UiAnswers.Read(body) is { } answers)
        {
            var conversation = await chat.FindAsync(http, body.Needed("id", ""));
            await AnswerAsync(http, conversation, UiTurns.Beside(body, conversation), answers, turns, log);
            return;
        }
        var started = await chat.EarlierAsync(http, body) ?? await turns.StartAsync(http, await chat.ReadAsync(http, body));
        await turns.StreamAsync(http, started, Chunks(http));
    }

    /// <summary>The same turn goes on in the same message; if some calls still wait, the answers are kept and the stream says so.</summary>
    private static async Task AnswerAsync(HttpContext http, Conversation? conversation, FaceRequest request, UiAnswers answers, FaceTurns turns, ITurnLog log)
    {
        var waiting = await turns.Runner.WaitAsync(answers.Turn, http.RequestAborted);
        if (waiting.Conversation != conversation?.Id) throw new TurnException(TurnErrorCode.TurnNotFound, "The last message is of another conversation.") { Field = "messages" };
        var key = request.Key(http);
        var (open, told) = answers.To(waiting, await log.ReadAsync(waiting.Id, 0, int.MaxValue, http.RequestAborted), again: key is not null);
        var leaving = request.Turn.OnDisconnect ?? await turns.Runner.LeavingAsync(waiting, http.RequestAborted) ?? (key is null ? null : OnDisconnect.Continue);
        var answered = await turns.Runner.AnswerAsync(waiting.Id, open, CancellationToken.None); // from here on it may run, and a client that leaves is heard by the stream
        TurnHeaders.Stamp(http, answered);
        var isKept = answered.Status == TurnStatus.Waiting && answered.OpenCalls.Count > 0 && (await log.ReadAsync(waiting.Id, told, 1, CancellationToken.None)).Count == 0;
        if (isKept) await WaitsAsync(http, answered);
        else await turns.StreamAsync(http, answered.Id, FaceTurns.Leaving(leaving, answered), Chunks(http, told, told));
    }

    private static async Task WaitsAsync(HttpContext http, Turn turn)
    {
        http.Response.Headers[Stream] = "v1";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync($"data: {{\"type\":\"start\",\"messageId\":\"msg_{Projection.Suffix(turn.Id)}\"}}\n\ndata: {{\"type\":\"finish\",\"finishReason\":\"tool-calls\",\"messageMetadata\":{{\"status\":\"waiting\"}}}}\n\ndata: [DONE]\n\n", http.RequestAborted);
    }

    private static async Task ResumeAsync(HttpContext http, string id, UiTurns chat, TurnRunner runner, TimeProvider time, ITurnStore turns, ITurnLog log)
    {
        var conversation = id.StartsWith("conv_", StringComparison.Ordinal) && await IsUnknownAsync(http, chat, id) ? null : await chat.FindAsync(http, id);
        if (conversation?.Head is not { } head || await turns.FindAsync(head, http.RequestAborted) is not { Status: TurnStatus.Queued or TurnStatus.Preparing or TurnStatus.Running } turn)
        {
            http.Response.StatusCode = 204;
            return;
        }
        TurnHeaders.Stamp(http, turn);
        var waited = (await log.ReadAsync(turn.Id, 0, int.MaxValue, http.RequestAborted)).OfType<StepCompleted>().LastOrDefault(step => step.Waiting.Count > 0)?.Sequence ?? 0; // it runs, so it waits there no longer
        await new FaceTurns(runner, time).StreamAsync(http, turn.Id, OnDisconnect.Continue, Chunks(http, waited));
    }

    private static async Task<bool> IsUnknownAsync(HttpContext http, UiTurns chat, string id)
    {
        try
        {
            return await chat.FindAsync(http, id) is null;
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.ConversationNotFound)
        {
            return true;
        }
    }

    private static UiChunks Chunks(HttpContext http, long waitsBefore = 0, long told = 0)
    {
        http.Response.Headers[Stream] = "v1";
        return new(waitsBefore, told);
    }

    private static async Task StopAsync(HttpContext http, string id, UiTurns chat, TurnRunner runner)
    {
        if ((await chat.FindAsync(http, id))?.Head is { } head) await runner.CancelAsync(head, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task ReadAsync(HttpContext http, string id, UiTurns chat, ITurnStore turns, ITurnLog log, IOpenCallStore calls, KeptParts kept)
    {
        var conversation = await chat.FindAsync(http, id) ?? throw new TurnException(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" };
        var whole = await PathAsync(http, conversation, turns);
        for (var i = 0; i < whole.Length; i++) whole[i] = whole[i] with { Messages = await WholeAsync(whole[i], kept, http.RequestAborted) };
        var path = HiddenParts.Without(whole, conversation);
        var (events, answers, results) = (new List<IReadOnlyList<TurnEvent>>(path.Count), new List<UiAnswer>(path.Count), new UiResults(path));
        for (var i = 0; i < path.Count; i++)
        {
            events.Add(await FaceEvents.ReadAsync(log, path[i].Id, http.RequestAborted));
            var answer = UiAnswer.Of(UiShown.Of(whole[i], path[i], events[i]));
            foreach (var brought in answer.Brought) _ = Enumerable.Reverse(answers).FirstOrDefault(earlier => earlier.Take(brought));
            answers.Add(answer);
        }
        for (var i = 0; i < path.Count; i++) foreach (var result in path[i].Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(results.Of).OfType<ToolResult>()) answers[i].Take(result);
        if (path is [.., { Status: TurnStatus.Waiting } waiting]) answers[^1].Take(await calls.AnsweredAsync(waiting.Id, http.RequestAborted));
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("conversation"u8, conversation.Id);
            if (path is [{ Parent: { } earlier }, ..]) writer.WriteString("earlier"u8, earlier);
            writer.WriteStartArray("messages"u8);
            for (var i = 0; i < path.Count; i++)
            {
                if (path[i].Given && !path[i].Forgotten) new UiGiven(whole[i], path[i], events[i], results).Write(writer);
                else Write(writer, path[i], answers[i]);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>The newest turns of the shown branch, or those up to one that an answer named as earlier than its own.</summary>
    private static async Task<Turn[]> PathAsync(HttpContext http, Conversation conversation, ITurnStore turns)
    {
        var (asked, limit) = (Query.Text(http, "turn"), Query.Number(http, "limit", MostTurns, 1, MostTurns));
        if (asked is not null && await ConversationTurns.FindAsync(turns, conversation, asked, http.RequestAborted) is null) throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{conversation.Id}\" has no turn \"{asked}\".") { Field = "turn" };
        return (asked ?? conversation.Head) is { } newest ? [.. await turns.PathAsync(newest, limit, http.RequestAborted)] : [];
    }

    /// <summary>The messages with their files in them, as they were attached.</summary>
    private static async Task<IReadOnlyList<ChatMessage>> WholeAsync(Turn turn, KeptParts kept, CancellationToken cancellationToken)
    {
        var whole = new List<ChatMessage>(turn.Messages.Count);
        foreach (var message in turn.Messages) whole.Add(message.Role == ChatRole.User || turn.Given ? await kept.AttachAsync(message, cancellationToken) : message);
        return whole;
    }

    private static void Write(Utf8JsonWriter writer, Turn turn, UiAnswer answer)
    {
        if (turn.Forgotten) return;
        if (turn.Content.Length > 0 || Files(turn).Any())
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, answer.UserMessage ?? $"msg_{Projection.Suffix(turn.Id)}_i0");
            writer.WriteString("role"u8, "user"u8);
            writer.WriteStartArray("parts"u8);
            WritePart(writer, turn.Content);
            foreach (var file in Files(turn)) WriteFile(writer, file);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        if (answer.HasParts) answer.Write(writer);
    }

    private static void WritePart(Utf8JsonWriter writer, string text)
    {
        if (text.Length == 0) return;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    private static IEnumerable<AIContent> Files(Turn turn) => turn.Messages.LastOrDefault(message => message.Role == ChatRole.User)?.Contents
        .Where(part => MessageParts.OriginOf(part) == MessageParts.Resource).Select(ShownFiles.Of).Where(part => part is DataContent or UriContent) ?? [];

    private static void WriteFile(Utf8JsonWriter writer, AIContent file)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "file"u8);
        writer.WriteString("mediaType"u8, file is DataContent data ? data.MediaType : ((UriContent)file).MediaType);
        writer.WriteString("url"u8, file is DataContent bytes ? bytes.Uri : ((UriContent)file).Uri.OriginalString);
        if (file is DataContent { Name: { } name }) writer.WriteString("filename"u8, name);
        writer.WriteEndObject();
    }
}
