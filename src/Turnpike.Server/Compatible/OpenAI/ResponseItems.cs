using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads the items of an <c>input</c>, or those put into a conversation.</summary>
/// <param name="field">The field that holds them: <c>input</c> or <c>items</c>.</param>
/// <param name="open">The calls that the turn before left open: results of these are answers.</param>
/// <param name="seal">Opens what a provider wants back with its reasoning; null: it is not sent back.</param>
internal sealed class ResponseItems(string field, OpenTurn open, ReasoningSeal? seal = null)
{
    private readonly Dictionary<string, JsonElement?> _settled = new(StringComparer.Ordinal); // requests for approval whose calls are told of here, with what was asked

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal); // the last that an id was given which others have too

    public CallerMessages Messages { get; } = new(field);

    /// <summary>The answers to open calls.</summary>
    public List<CallAnswer> Answers { get; } = [];

    /// <summary>The id of the item that asked for the approval of a call; null: none did.</summary>
    public string? RequestOf(string callId) => open.Approvals.FirstOrDefault(pair => pair.Value == callId).Key;

    /// <summary>Refuses a list that answers some of the open calls, or none.</summary>
    /// <exception cref="TurnException"><c>tool_output_missing</c>, naming the others.</exception>
    public void RequireAll() => open.RequireAll([.. Answers.Select(answer => answer.CallId)], field);

    /// <summary>The answers as results in a message of their own, for a list in which other messages follow them.</summary>
    /// <exception cref="TurnException"><c>unsupported_value</c>: a call that still has to run has no result yet.</exception>
    public ChatMessage Results()
    {
        if (Answers.Any(answer => answer.Approved is not null)) throw Given.UnsupportedValue(field, $"\"{field}\" has an mcp_approval_response and other items beside one message of the user. Send the answer first, and the other items with the next request.");
        return new(ChatRole.Tool, [.. open.Calls.Select(call => Answers.First(answer => answer.CallId == call.CallId)).Select(answer => new FunctionResultContent(answer.CallId, answer.Parts ?? (object?)answer.Output))]);
    }

    /// <summary>Reads a list that a model is asked with.</summary>
    /// <param name="items">The items.</param>
    /// <param name="isWhole">Whether what stands before the items of the turn before is what that turn was asked with.</param>
    /// <exception cref="TurnException"><c>tool_call_unknown</c>: the list ends with leave for a call that cannot be run.</exception>
    public void Read(IReadOnlyList<JsonElement> items, bool isWhole)
    {
        Expect(items);
        var (known, leads) = (isWhole ? open.FirstOf(items) : 0, true);
        for (var i = 0; i < items.Count; i++)
        {
            leads &= items[i].Text("role", $"{field}[{i}].") is "system" or "developer";
            if (i >= known || leads) Read(items[i], $"{field}[{i}].");
        }
        if (LastApproval.In(items) is >= 0 and var last && items[last].Truth("approve") == true && LastApproval.Request(items[last]) is { } request && !Answers.Exists(answer => RequestOf(answer.CallId) == request)) throw NotOpen(request, $"{field}[{last}].");
    }

    /// <summary>Looks for the calls that ran after somebody allowed them: a list has them behind the answer that did.</summary>
    public void Expect(IEnumerable<JsonElement> items)
    {
        foreach (var item in items) if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("approval_request_id", out var request) && request.ValueKind == JsonValueKind.String && item.Member("approve") is null) _settled.TryAdd(request.GetString()!, null);
    }

    public void Read(JsonElement item, string path)
    {
        if (open.Repeats(item)) return;
        switch (item.Text("type", path) ?? "message")
        {
            case "message": Message(item, path); break;
            case "reasoning": Reasoning(item, path); break;
            case "function_call": Messages.Assistant([ToolValues.Call(item.Needed("call_id", path), item.Needed("name", path), ChatMessages.Arguments(item.Text("arguments", path) ?? ""))]); break;
            case "function_call_output": Output(item, path); break;
            case "mcp_call": ServerCall(item, path); break;
            case "mcp_approval_request": _settled[item.Needed("id", path)] = item; break; // the answer names it; of itself nothing is sent
            case "mcp_approval_response": Approve(item, path); break;
            case var type: throw Given.UnsupportedValue(path + "type", $"An item of type \"{type}\" is not taken.");
        }
    }

    private void Message(JsonElement item, string path)
    {
        switch (item.Needed("role", path))
        {
            case "system" or "developer": Messages.System(string.Join("\n\n", Parts(item, path).Select(part => part.Text)), role: item.Text("role")!); break;
            case "user": Messages.User(Parts(item, path), null); break;
            case "assistant": Messages.Assistant([MessageParts.InPhase(Phase(item, path), new(Said(item, path)))]); break;
            case var role: throw Given.UnsupportedValue(path + "role", $"There is no role \"{role}\"; it must be user, system, developer or assistant.");
        }
    }

    private static string? Phase(JsonElement item, string path) => item.Text("phase", path) is var phase and (null or "commentary" or "final_answer") ? phase
        : throw Given.UnsupportedValue(path + "phase", $"\"{path}phase\" is \"{item.Text("phase")}\"; it must be commentary or final_answer.");

    private static IReadOnlyList<UserPart> Parts(JsonElement item, string path) => item.Member("content") switch
    {
        { ValueKind: JsonValueKind.String } text => [new(text.GetString(), null)],
        { ValueKind: JsonValueKind.Array } parts => [.. parts.EnumerateArray().Select((part, i) => Part(part, $"{path}content[{i}]."))],
        _ => throw Given.Invalid(path + "content", $"\"{path}content\" must be a string or an array of parts."),
    };

    /// <summary>A part that a caller gives.</summary>
    public static UserPart Part(JsonElement part, string path) => part.Needed("type", path) switch
    {
        "input_text" or "text" => new(part.Needed("text", path), null),
        "input_image" => part.Text("image_url", path) is { } url ? UserPart.ImageAt(url, path + "image_url", part.Text("detail", path)) : FileParts.ById(part.Needed("file_id", path), path + "file_id", part.Text("detail", path)),
        "input_file" => File(part, path),
        var type => throw Given.UnsupportedValue(path + "type", $"There is no part of type \"{type}\"; it must be input_text, input_image or input_file."),
    };

    private static UserPart File(JsonElement part, string path)
    {
        if (part.Text("file_id", path) is { } id) return FileParts.ById(id, path + "file_id");
        if (part.Text("file_url", path) is { } url) return UserPart.File(url, part.Text("filename", path));
        return FileParts.ByData(part.Text("file_data", path) ?? throw Given.Invalid(path + "file_id", $"\"{path[..^1]}\" needs a \"file_id\", \"file_url\" or \"file_data\"."), part.Text("filename", path), path + "file_data");
    }

    private static string Said(JsonElement item, string path) => item.Member("content") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select((part, i) => part.Text("type") is "output_text" or "refusal" or "text" ? part.Text("text") ?? part.Text("refusal") ?? "" : throw Given.UnsupportedValue($"{path}content[{i}].type", "An assistant's part must be output_text or refusal."))),
        _ => throw Given.Invalid(path + "content", $"\"{path}content\" must be a string or an array of parts."),
    };

    private void Reasoning(JsonElement item, string path)
    {
        var text = string.Concat((item.List("summary", path) ?? []).Select(part => part.Text("text") ?? ""));
        var wanted = item.Text("encrypted_content", path) is { } closed ? seal?.Open(closed) : null;
        if (text.Length > 0 || wanted is not null) Messages.Assistant([new TextReasoningContent(text) { ProtectedData = wanted }]);
    }

    private void Output(JsonElement item, string path)
    {
        var call = item.Needed("call_id", path);
        var (text, parts) = ToolOutput.Read(item, path);
        if (open.Has(call)) Answer(new() { CallId = call, Output = JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String), Parts = parts }, path + "call_id");
        else if (parts is null) Messages.Result(call, text, path + "call_id");
        else Messages.Result(new FunctionResultContent(call, parts), path + "call_id");
    }

    private void ServerCall(JsonElement item, string path)
    {
        var named = item.Text("id", path) ?? item.Needed("name", path);
        var id = named;
        for (; Messages.Knows(id); id = $"{named}_{_numbers[named]}") _numbers[named] = _numbers.GetValueOrDefault(named, 1) + 1;
        Messages.Assistant([ToolValues.Call(id, item.Needed("name", path), ChatMessages.Arguments(item.Text("arguments", path) ?? ""))]);
        if (ToolOutput.Fault(item) is { } fault) Messages.Result(ToolValues.Error(id, fault), path + "id");
        else if (item.Text("output", path) is { } output) Messages.Result(id, output, path + "id");
    }

    private void Approve(JsonElement item, string path)
    {
        var request = item.Needed("approval_request_id", path);
        var (approves, reason) = (item.Truth("approve", path) ?? throw Given.Invalid(path + "approve", $"\"{path}approve\" must be true or false."), item.Text("reason", path));
        if (open.Approvals.TryGetValue(request, out var call)) Answer(new() { CallId = call, Approved = approves, Reason = reason }, path + "approval_request_id");
        else if (!_settled.TryGetValue(request, out var asked)) throw NotOpen(request, path);
        else if (!approves && asked is { } refused) Refuse(request, refused, reason, path);
    }

    private static TurnException NotOpen(string request, string path) =>
        new(TurnErrorCode.RequestInvalid, $"\"{request}\" asks for no approval that is open: the response that asked was not stored, was deleted, or is not the one that this request goes on from. Answer a stored response, with its id as \"previous_response_id\" or without one.") { Field = path + "approval_request_id", Narrower = "tool_call_unknown" };

    /// <summary>A call that was refused earlier: the model reads it with the refusal, for no other item tells of it.</summary>
    private void Refuse(string id, JsonElement asked, string? reason, string path)
    {
        var name = asked.Text("name") ?? "";
        Messages.Assistant([ToolValues.Call(id, name, ChatMessages.Arguments(asked.Text("arguments") ?? ""))]);
        Messages.Result(ToolValues.Error(id, $"The call of \"{name}\" was not allowed{(reason is null ? "." : $": {reason}")}"), path + "approval_request_id");
    }

    private void Answer(CallAnswer answer, string place)
    {
        if (Answers.Exists(other => other.CallId == answer.CallId)) throw Given.Invalid(place, $"Call \"{answer.CallId}\" is answered twice.");
        Answers.Add(answer);
    }
}
