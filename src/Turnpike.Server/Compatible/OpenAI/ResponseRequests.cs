using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads requests for responses, as turns: what they go on from is looked up here.</summary>
internal sealed class ResponseRequests(ITurnStore turns, ITurnLog log, IConversationStore conversations, IPromptStore prompts, ItemReferences references, LabelledTools labelled, ReasoningSeal seal, IOptions<FaceOptions> options)
{
    public async Task<TurnRequest> ReadAsync(HttpContext http, JsonElement body)
    {
        var request = new FaceRequest(body);
        IgnoredFields.Tell(http, body, isChat: false);
        if (body.Object("prompt") is { } prompt) PromptNames.ReadObject(request, prompt);
        PromptNames.Read(request, body);
        Parameters(request, body);
        request.Store(body.Truth("store"), "store");
        var stored = request.Turn.Store ?? true;
        var background = body.Truth("background") == true;
        if (background && !stored) throw Given.UnsupportedValue("background", "\"background\" needs \"store\": what is not stored cannot be read later.");

        var named = NamedConversation(body);
        var previous = body.Text("previous_response_id");
        if (named is not null && previous is not null) throw new TurnException(TurnErrorCode.RequestInvalid, "Mutually exclusive parameters: 'conversation' and 'previous_response_id'. Send one of them.") { Field = "previous_response_id", Narrower = "mutually_exclusive_parameters" };
        var list = body.Member("input") is { ValueKind: JsonValueKind.Array } ? await ItemsAsync(body.List("input")!, http.RequestAborted) : null;
        var asking = previous is null && named is null && request.Turn is { Conversation: null, Parent: null } && list is not null ? await AskingAsync(list, http.RequestAborted) : null;
        var parent = previous is not null ? await ParentAsync(previous, http.RequestAborted) : asking;
        if (previous is not null && request.Turn.Parent is { } native && native != parent!.Id) throw FaceRequest.Twice("parent", "previous_response_id");
        request.Conversation(parent?.Conversation ?? named, "conversation");
        var conversation = request.Turn.Conversation is { } id ? await conversations.FindAsync(id, http.RequestAborted) is { Closed: false } found ? found : throw NoConversation(id, parent) : null;
        parent ??= (request.Turn.Parent ?? conversation?.Head) is { } newest ? await turns.FindAsync(newest, http.RequestAborted) : null;
        if (parent is { Status: TurnStatus.Waiting }) throw new TurnException(TurnErrorCode.ConversationBusy, $"Turn \"{parent.Id}\" waits for its tool calls to be answered, and they can only be answered where they were asked: at /api/turns/{parent.Id}/tool-results or /approvals.");

        var items = new ResponseItems("input", await OpenAsync(parent, http.RequestAborted), seal);
        items.Messages.Instruct(body.Text("instructions"));
        Read(items, body, list, isWhole: asking is not null);
        var hasPrompt = request.Prompt is not null || HasPrompt(conversation, parent);
        items.RequireAll();
        request.Turn = items.Messages.Into(request.Turn with { Parent = previous is null ? request.Turn.Parent : parent!.Id }, hasPrompt || (items.Answers.Count > 0 && items.Messages.IsShort), keepsHistory: false) with
        {
            Answers = items.Answers,
            Store = request.Turn.Store ?? (background ? true : null), // what runs in the background is asked for later
            Compose = hasPrompt || options.Value.For(http).Compose == "full" ? request.Turn.Compose : ComposeMode.Transparent,
            OnWait = OnWait.HandOver,
            WholeHistory = body.Text("truncation") != "auto",
        };
        if (!hasPrompt && request.Turn.System is { } system) request.Turn = request.Turn with { System = system with { Mode = SystemMode.Replace } };
        if (items.Answers.Count > 0 && parent is not null) request.Turn = request.Turn with { Parent = parent.Id };
        await ClientTools.ReadAsync(request, body.List("tools") ?? [], labelled, http.RequestAborted);
        await ToolChoices.ReadAsync(request, body, labelled, http.RequestAborted);
        if (conversation is not null && request.Turn.History is { Count: > 0 } between) // items between what is there and what is typed stay in the conversation
            request.Turn = request.Turn with { History = null, Between = items.Answers.Count == 0 ? between : [items.Results(), .. between], Answers = [] };
        return request.Build(http, options.Value.For(http), readsTriggers: false, await FaceAsync(request, body, stored, background, named, previous, Decided(items, parent), items.Messages.Leading, http.RequestAborted));
    }

    /// <param name="items">Reads each item.</param>
    /// <param name="body">The request.</param>
    /// <param name="list">The items of its input; null: it is a text, or missing.</param>
    /// <param name="isWhole">Whether the list begins with what the turn before was asked with: of that only the messages of the system before all others are said again.</param>
    private static void Read(ResponseItems items, JsonElement body, List<JsonElement>? list, bool isWhole)
    {
        switch (body.Member("input"))
        {
            case null: break;
            case { ValueKind: JsonValueKind.String } text: items.Messages.User([new(text.GetString(), null)], null); break;
            case { ValueKind: JsonValueKind.Array }: items.Read(list!, isWhole); break;
            default: throw Given.Invalid("input", "\"input\" must be a string or an array of items.");
        }
    }

    /// <summary>The items of a list, with those in it that are only named, and with what some clients leave out of those that we gave them.</summary>
    private async Task<List<JsonElement>> ItemsAsync(IReadOnlyList<JsonElement> given, CancellationToken cancellationToken)
    {
        var (items, named) = (new List<JsonElement>(given.Count), references.Read());
        for (var i = 0; i < given.Count; i++)
        {
            var (item, path) = (given[i], $"input[{i}].");
            if (item.Text("type", path) == "mcp_call" && item.Member("output") is null && item.Member("error") is null && item.Text("id", path) is { } id) item = await named.FindAsync(id, cancellationToken) ?? item;
            else item = await named.ReadAsync(item, path, cancellationToken);
            items.Add(await labelled.AsSeenAsync(item, cancellationToken));
        }
        return items;
    }

    /// <summary>The turn that asked for the approval that the items end with: its id names it, whatever else the request goes on from or says again.</summary>
    private async ValueTask<Turn?> AskingAsync(List<JsonElement> items, CancellationToken cancellationToken) =>
        LastApproval.In(items) is >= 0 and var answer && LastApproval.TurnOf(LastApproval.Request(items[answer])) is { } id
        && await turns.FindAsync(id, cancellationToken) is { Forgotten: false, Store: not false, OpenCalls.Count: > 0 } turn ? turn : null;

    private async ValueTask<OpenTurn> OpenAsync(Turn? parent, CancellationToken cancellationToken)
    {
        if (parent is not { OpenCalls.Count: > 0 }) return OpenTurn.None;
        var response = ResponseEvents.Of(await log.ReadAsync(parent.Id, 0, int.MaxValue, cancellationToken));
        return new(parent.OpenCalls, response.Approvals, response.Output.Select(item => item.Id).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Whether the conversation goes on with a prompt: where it branches off, with that of the branch.</summary>
    private static bool HasPrompt(Conversation? conversation, Turn? parent) => conversation is not null && (parent is { Given: false } && parent.Id != conversation.Head ? parent.Prompt : (object?)conversation.Prompt) is not null;

    private async ValueTask<Turn> ParentAsync(string id, CancellationToken cancellationToken) =>
        (id.StartsWith("resp_", StringComparison.Ordinal) ? await turns.FindAsync("turn_" + id["resp_".Length..], cancellationToken) : null) is { Forgotten: false, Store: not false } turn
            ? turn : throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no response \"{id}\": it was never made here, not stored, or deleted.") { Field = "previous_response_id" };

    private static TurnException NoConversation(string id, Turn? parent) => parent is null ? new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "conversation" }
        : new(TurnErrorCode.ConversationNotFound, $"The conversation of response \"resp_{Projection.Suffix(parent.Id)}\" was deleted, so nothing can follow it.") { Field = "previous_response_id" };

    private static string? NamedConversation(JsonElement body) => body.Member("conversation") switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Object } named => named.Needed("id", "conversation."),
        _ => throw Given.Invalid("conversation", "\"conversation\" must be an id or an object with an \"id\"."),
    };

    private static void Parameters(FaceRequest request, JsonElement body)
    {
        foreach (var (name, place) in ((string, string)[])[("temperature", "temperature"), ("topP", "top_p"), ("maxOutputTokens", "max_output_tokens"), ("parallelToolCalls", "parallel_tool_calls")]) request.Parameter(name, body.Member(place), place);
        if (body.Object("reasoning") is { } reasoning) request.Parameter("reasoningEffort", reasoning.Member("effort"), "reasoning.effort");
        if (body.Object("reasoning")?.Text("summary", "reasoning.") is { } summary and not ("auto" or "concise" or "detailed")) throw Given.UnsupportedValue("reasoning.summary", $"\"reasoning.summary\" is \"{summary}\"; it must be auto, concise or detailed.");
        if (body.Object("text") is { } text)
        {
            request.Parameter("verbosity", text.Member("verbosity"), "text.verbosity");
            if (text.Object("format", "text.") is { } format)
            {
                if (format.Needed("type", "text.format.") is var type and not ("text" or "json_object" or "json_schema")) throw Given.UnsupportedValue("text.format.type", $"\"text.format.type\" is \"{type}\"; it must be text, json_object or json_schema.");
                request.Parameter("responseFormat", format, "text.format");
            }
        }
        if (body.Text("truncation") is { } truncation and not ("auto" or "disabled")) throw Given.UnsupportedValue("truncation", $"\"truncation\" is \"{truncation}\"; it must be auto or disabled.");
        if (body.Whole("max_tool_calls") is { } calls)
        {
            if (calls is < 1 or > int.MaxValue) throw Given.Invalid("max_tool_calls", "\"max_tool_calls\" must be 1 or more.");
            request.MostCalls((int)calls, "max_tool_calls");
        }
        request.PassOn(body, "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention");
    }

    private async Task<JsonElement> FaceAsync(FaceRequest request, JsonElement body, bool stored, bool background, string? conversation, string? previous, JsonArray decided, IReadOnlyList<LeadingMessage> leading, CancellationToken cancellationToken)
    {
        var face = new JsonObject
        {
            ["name"] = "responses",
            ["stored"] = stored,
            ["background"] = background,
            ["parallel"] = body.Truth("parallel_tool_calls") ?? true,
            ["namesConversation"] = conversation is not null,
            ["showsReasoning"] = body.Object("reasoning")?.Text("summary") is not null || Seals(body),
            ["sealsReasoning"] = Seals(body),
        };
        foreach (var (name, value) in ((string, string?)[])[("instructions", body.Text("instructions")), ("previous", previous), ("truncation", body.Text("truncation")), ("summary", body.Object("reasoning")?.Text("summary")),
            ("user", body.Text("user")), ("safetyIdentifier", body.Text("safety_identifier")), ("promptCacheKey", body.Text("prompt_cache_key"))])
        {
            if (value is not null) face[name] = value;
        }
        foreach (var (name, value) in ((string, JsonElement?)[])[("metadata", Metadata.Kept(body)), ("toolChoice", body.Member("tool_choice")), ("maxToolCalls", body.Member("max_tool_calls")), ("tools", ShownTools.Of(body))])
        {
            if (value is { } given) face[name] = JsonNode.Parse(given.GetRawText());
        }
        if (decided.Count > 0) face["approved"] = decided;
        LeadingMessage.Note(face, leading);
        if (body.Object("prompt") is { } prompt)
        {
            face["promptId"] = prompt.Text("id") ?? prompt.Text("prompt_id");
            if (await PromptNames.NumberAsync(prompts, request.Prompt!, cancellationToken) is { } number) face["promptVersion"] = number;
            if (prompt.Object("variables") is { } variables) face["promptVariables"] = await MaskedAsync(request.Prompt!, variables, cancellationToken);
        }
        return JsonSerializer.SerializeToElement(face, TurnpikeJson.Relaxed.JsonObject);
    }

    /// <summary>What is said to the calls of the turn before that asked: the log of this one holds only their results.</summary>
    private static JsonArray Decided(ResponseItems items, Turn? parent)
    {
        var decided = new JsonArray();
        foreach (var call in parent?.OpenCalls ?? [])
        {
            if (items.Answers.Find(answer => answer.CallId == call.CallId && answer.Approved is not null) is not { } answer) continue;
            var one = new JsonObject { ["callId"] = call.CallId, ["name"] = call.Name, ["tool"] = Own(call), ["arguments"] = call.Arguments, ["source"] = call.Source, ["request"] = items.RequestOf(call.CallId), ["approve"] = answer.Approved };
            if (answer.Reason is { } reason) one["reason"] = reason;
            decided.Add(one);
        }
        return decided;
    }

    /// <summary>The name of a call's tool at its source.</summary>
    private static string Own(OpenCall call) => call.Tool is not { } chosen ? call.Name : chosen.StartsWith(call.Source + ".", StringComparison.OrdinalIgnoreCase) ? chosen[(call.Source.Length + 1)..] : chosen;

    private static bool Seals(JsonElement body) => body.List("include")?.Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals("reasoning.encrypted_content")) == true;

    private async Task<JsonNode> MaskedAsync(PromptReference reference, JsonElement variables, CancellationToken cancellationToken)
    {
        var shown = JsonObject.Create(variables)!;
        var prompt = reference.Inline ?? (reference.Id is { } id ? await ForeignVersions.FindAsync(prompts, id, reference.Version, cancellationToken) : null);
        foreach (var secret in prompt?.Variables.Where(variable => variable.Secret && shown.ContainsKey(variable.Name)) ?? []) shown[secret.Name] = "•••";
        return shown;
    }
}
