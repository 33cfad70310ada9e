using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.AgUi;

/// <summary>
/// Makes turn requests of what AG-UI clients send. The server's history is the truth: of the client's list only its end and the ids are read, unless the thread is
/// new here and the list brings messages from before.
/// </summary>
internal sealed class AgUiRuns(ITurnStore turns, IConversationStore conversations, IPromptStore prompts, EarlierTurns earlier, IOptions<FaceOptions> options)
{
    /// <summary>The turn that the same request began before; null: there is none.</summary>
    public Task<StartedTurn?> EarlierAsync(HttpContext http, JsonElement body) => earlier.FindAsync(http, new(Native(body), body));

    /// <summary>The turn request of a run.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, <c>conversation_not_found</c>, or <c>idempotency_conflict</c>: the run's id was used before.</exception>
    public async Task<TurnRequest> ReadAsync(HttpContext http, JsonElement body)
    {
        var (thread, run) = (body.Needed("threadId", ""), body.Needed("runId", ""));
        var messages = AgUiMessages.Read(body.List("messages") ?? throw Given.Invalid("messages", "\"messages\" is missing; it must be an array."));
        var owner = FaceRequest.Owner(http);
        if (await turns.FindExternalAsync(owner, ExternalKinds.Run, run, http.RequestAborted) is not null)
            throw new TurnException(TurnErrorCode.IdempotencyConflict, $"There was a run \"{run}\" before. Make a new \"runId\" for each run.") { Field = "runId" };

        var conversation = await FindAsync(owner, thread, http.RequestAborted);
        var request = new FaceRequest(Native(body), body);
        var parent = await ParentAsync(owner, body, request.Turn.Parent, conversation, http.RequestAborted);
        var answers = AgUiAnswers.Read(body, messages, parent);
        if (answers.Count > 0 && messages.TypedId is { } typedId && conversation is not null && await ClientMessages.FindAsync(turns, owner, conversation, typedId, http.RequestAborted) is not null) messages = messages.WithoutTyped(); // the list ends with what was asked; the answers are what is new
        if (messages.Typed is null && answers.Count == 0) throw Given.Invalid("messages", "\"messages\" does not end with a message of the user or the result of an open tool call, and \"resume\" answers nothing.");
        var (text, typed) = messages.TypedText;
        request.RequireSame(conversation?.Id, "threadId", text);
        request.Turn = request.Turn with
        {
            Conversation = conversation?.Id,
            Between = conversation is null && messages.Before.Count > 0 ? messages.Before : null, // kept in one step with the turn: of a refused run nothing stays
            ExternalIds = new() { Conversation = conversation is null ? thread : null, UserMessage = messages.TypedId, Run = run },
            Content = text,
            Typed = typed,
            Resources = [.. messages.Resources, .. Context(body), .. request.Turn.Resources],
            ClientTools = [.. request.Turn.ClientTools, .. Tools(body)],
            Answers = answers,
            OnWait = OnWait.HandOver,
            Restart = false, // words that were sent cannot be taken back
        };
        if (answers.Count > 0) request.Turn = request.Turn with { Parent = parent!.Id };
        else if (conversation is not null) request.Turn = await PlacedAsync(owner, request.Turn, conversation, messages, parent, body.Text("parentRunId") is not null, http.RequestAborted);
        request.Turn = request.Turn with { Variables = await StateAsync(request, conversation, body, http.RequestAborted) };
        var face = new JsonObject { ["name"] = "agui", ["threadId"] = thread, ["runId"] = run };
        return request.Build(http, options.Value.For(http), readsTriggers: true, JsonSerializer.SerializeToElement(face, TurnpikeJson.Relaxed.JsonObject));
    }

    private async ValueTask<Conversation?> FindAsync(string owner, string thread, CancellationToken cancellationToken)
    {
        var ours = thread.StartsWith("conv_", StringComparison.Ordinal) ? thread : await turns.FindExternalAsync(owner, ExternalKinds.Conversation, thread, cancellationToken);
        return ours is null ? null : await conversations.FindAsync(ours, cancellationToken) ?? (ours == thread ? throw new TurnException(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{thread}\".") { Field = "threadId" } : null);
    }

    /// <summary>The turn that the run goes on from: that of <c>turnpike.parent</c> or of <c>parentRunId</c>, else the head.</summary>
    private async ValueTask<Turn?> ParentAsync(string owner, JsonElement body, string? native, Conversation? conversation, CancellationToken cancellationToken)
    {
        if (conversation is null) return null;
        var named = body.Text("parentRunId") is { } run ? await turns.FindExternalAsync(owner, ExternalKinds.Run, run, cancellationToken) : null;
        if (native is not null && named is not null && native != named) throw FaceRequest.Twice("parent", "parentRunId");
        var id = native ?? named ?? conversation.Head;
        return id is not null && await turns.FindAsync(id, cancellationToken) is { } turn && turn.Conversation == conversation.Id ? turn : null;
    }

    /// <summary>Where no turn is named, a message of the user that is known already is sent again, beside the turn that had it; any other answers to what stands before it, else to the head; one that nothing but the system's stands before begins anew, behind these.</summary>
    private async ValueTask<TurnRequest> PlacedAsync(string owner, TurnRequest request, Conversation? conversation, AgUiMessages messages, Turn? parent, bool goesOn, CancellationToken cancellationToken)
    {
        if (conversation?.Head is null || request.Parent is not null) return request;
        if (messages.TypedId is { } typed && await ClientMessages.FindAsync(turns, owner, conversation, typed, cancellationToken) is { } again) return request with { FromStart = again.Parent is null, Parent = again.Parent };
        if (messages.IsFirst && !goesOn) return request with { FromStart = true, Between = messages.Before is { Count: > 0 } system ? system : null };
        if (messages.ParentId?.Split('_')[0] is { Length: > 0 } suffix && await turns.FindAsync("turn_" + suffix, cancellationToken) is { } before && before.Conversation == conversation.Id && before.Id != conversation.Head) return request with { Parent = before.Id };
        return parent is not null && parent.Id != conversation.Head ? request with { Parent = parent.Id } : request;
    }

    /// <summary>The values that a run's client gives, by the names of variables: those of a native request, and the state's.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Values(JsonElement body)
    {
        var given = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var values in (JsonElement?[])[body.Member("forwardedProps")?.Member("turnpike")?.Member("variables"), body.Member("state")])
        {
            if (values is not { ValueKind: JsonValueKind.Object } named) continue;
            foreach (var member in named.EnumerateObject()) if (member.Value.ValueKind != JsonValueKind.Null) given.TryAdd(member.Name, member.Value);
        }
        return given;
    }

    /// <summary>Those members of the client's state that are variables of the prompt.</summary>
    private async ValueTask<IReadOnlyDictionary<string, JsonElement>> StateAsync(FaceRequest request, Conversation? conversation, JsonElement body, CancellationToken cancellationToken)
    {
        var said = request.Turn.Variables;
        if (body.Member("state") is not { ValueKind: JsonValueKind.Object } state) return said;
        var prompt = request.Prompt?.Inline ?? (request.Prompt?.Id is { } id ? await ForeignVersions.FindAsync(prompts, id, request.Prompt.Version, cancellationToken) : conversation?.Prompt);
        var variables = new Dictionary<string, JsonElement>(said);
        foreach (var declared in prompt?.Variables ?? [])
        {
            if (state.Member(declared.Name) is { } value) variables.TryAdd(declared.Name, value);
        }
        return variables;
    }

    private static IEnumerable<ResourceInput> Context(JsonElement body) => (body.List("context") ?? []).Select((entry, i) =>
        new ResourceInput { Kind = "text", Title = entry.Text("description", $"context[{i}]."), Text = entry.Needed("value", $"context[{i}].") });

    private static IEnumerable<ClientTool> Tools(JsonElement body) => (body.List("tools") ?? []).Select((tool, i) =>
        new ClientTool { Name = tool.Needed("name", $"tools[{i}]."), Description = tool.Text("description", $"tools[{i}]."), Schema = tool.Object("parameters", $"tools[{i}].") });

    private static JsonElement Native(JsonElement body) =>
        JsonSerializer.SerializeToElement(body.Object("forwardedProps")?.Object("turnpike", "forwardedProps.") is { } native ? new JsonObject { ["turnpike"] = JsonObject.Create(native) } : [], TurnpikeJson.Relaxed.JsonObject);
}
