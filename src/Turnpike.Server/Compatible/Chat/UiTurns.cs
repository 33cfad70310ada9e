using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Turnpike.Pipeline;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>
/// Makes turn requests of what UI clients send. The server's history is the truth: of the client's list only the last message and the ids are read, unless the
/// conversation is new here and the list brings messages from before.
/// </summary>
internal sealed class UiTurns(ITurnStore turns, IConversationStore conversations, EarlierTurns earlier, IOptions<FaceOptions> options)
{
    private static readonly string[] NativeFields = ["prompt", "variables", "model", "parameters", "tools", "rules", "resources", "clientTools", "project"];

    /// <summary>The conversation of a chat id; null when there is none yet.</summary>
    /// <exception cref="TurnException"><c>conversation_not_found</c>: the id is one of ours, and there is none.</exception>
    public async ValueTask<Conversation?> FindAsync(HttpContext http, string id)
    {
        var ours = id.StartsWith("conv_", StringComparison.Ordinal) ? id : await turns.FindExternalAsync(FaceRequest.Owner(http), ExternalKinds.Conversation, id, http.RequestAborted);
        return ours is null ? null : await conversations.FindAsync(ours, http.RequestAborted) ?? (ours == id ? throw new TurnException(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" } : null);
    }

    /// <summary>The turn that the same request began before; null: there is none.</summary>
    public Task<StartedTurn?> EarlierAsync(HttpContext http, JsonElement body) => earlier.FindAsync(http, new(Native(body), body));

    /// <summary>What a request says beside the answers to calls of a turn.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: something that has no place here, or is another than the messages say.</exception>
    public static FaceRequest Beside(JsonElement body, Conversation? conversation)
    {
        var request = new FaceRequest(Native(body), body);
        request.RequireSame(conversation?.Id, "id", "");
        return request;
    }

    /// <summary>The turn request of a message that the user submits, edits or wants answered again.</summary>
    public async Task<TurnRequest> ReadAsync(HttpContext http, JsonElement body)
    {
        var id = body.Needed("id", "");
        var isWhole = body.List("messages") is not null;
        var messages = body.List("messages") ?? [body.Object("message") ?? throw Given.Invalid("messages", "\"messages\" is missing; send the list, or the last one as \"message\".")];
        var trigger = body.Text("trigger") ?? "submit-message";
        if (trigger is not ("submit-message" or "regenerate-message")) throw Given.UnsupportedValue("trigger", $"\"trigger\" is \"{trigger}\"; it must be submit-message or regenerate-message.");
        if (messages.Count == 0) throw Given.Invalid("messages", "\"messages\" is empty; its last message is what is sent.");
        var last = messages[^1];
        if (UiMessage.Role(last, messages.Count - 1) != "user") throw Given.Invalid("messages", "The last message must be the user's, or one of the assistant whose open tool calls it answers.");

        var conversation = await FindAsync(http, id);
        var before = conversation is null ? null : await BeforeAsync(http, conversation, last, trigger == "regenerate-message" || last.Text("id") == body.Text("messageId"));
        var request = new FaceRequest(Native(body), body);
        var parts = UiMessage.Parts(last, messages.Count - 1);
        var (content, typed) = UserPart.Joined(parts);
        request.RequireSame(conversation?.Id, "id", content);
        var brought = conversation is null && messages.Count > 1 ? UiGiven.Read([.. messages.SkipLast(1)]) : default;
        request.Turn = request.Turn with
        {
            Conversation = conversation?.Id,
            Between = brought.Messages, // kept in one step with the turn: of a refused request nothing stays
            BetweenFace = brought.Messages is null ? null : brought.Face,
            ExternalIds = new() { Conversation = conversation is null ? id : null, UserMessage = last.Text("id") },
            Content = content,
            Typed = typed,
            Resources = [.. parts.Where(part => part.Resource is not null).Select(part => part.Resource!), .. request.Turn.Resources],
        };
        if (before is not null) request.Turn = UiBranches.Beside(request.Turn, before);
        else if (conversation?.Head is not null && isWhole) request.Turn = await AfterAsync(http, request.Turn, conversation, messages);
        var face = new JsonObject { ["name"] = "ui", ["messageId"] = last.Text("id") };
        return request.Build(http, options.Value.For(http), readsTriggers: true, JsonSerializer.SerializeToElement(face, TurnpikeJson.Relaxed.JsonObject));
    }

    /// <summary>The turn that had the user's message before, if it is sent again.</summary>
    private async ValueTask<Turn?> BeforeAsync(HttpContext http, Conversation conversation, JsonElement message, bool isAgain)
    {
        if (!isAgain || message.Text("id") is not { } id) return null;
        if (await ClientMessages.FindAsync(turns, FaceRequest.Owner(http), conversation, id, http.RequestAborted) is { } known) return known;
        return UiBranches.TurnOf(id) is { } turn && await turns.FindAsync(turn, http.RequestAborted) is { } kept && kept.Conversation == conversation.Id ? kept : null;
    }

    /// <summary>The turn answers to that of the message before it, if we know it; else to the head.</summary>
    private async ValueTask<TurnRequest> AfterAsync(HttpContext http, TurnRequest request, Conversation conversation, IReadOnlyList<JsonElement> messages)
    {
        if (messages.Count == 1) return UiBranches.FromStart(request);
        var parent = messages[^2].Text("id") is { } id ? UiBranches.TurnOf(id) : null;
        if (parent is null || parent == conversation.Head) return request;
        return await turns.FindAsync(parent, http.RequestAborted) is { } kept && kept.Conversation == conversation.Id ? request with { Parent = parent } : request;
    }

    private static JsonElement Native(JsonElement body)
    {
        var native = body.Object("turnpike") is { } given ? JsonObject.Create(given)! : [];
        foreach (var name in NativeFields)
        {
            if (body.Member(name) is { } value) Join(native, name, JsonNode.Parse(value.GetRawText())!, name);
        }
        if (body.Text("timezone") is { } zone) Join(native, "timeZone", zone, "timezone");
        return JsonSerializer.SerializeToElement(new JsonObject { ["turnpike"] = native }, TurnpikeJson.Relaxed.JsonObject);
    }

    private static void Join(JsonObject native, string name, JsonNode value, string place)
    {
        if (native[name] is { } other && !ForeignJson.AreSame(other, value)) throw FaceRequest.Twice(name, place);
        native[name] = value;
    }
}
