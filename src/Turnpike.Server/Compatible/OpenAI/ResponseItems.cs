using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads the items of an <c>input</c>, or those put into a conversation.</summary>
/// <param name="field">The field that holds them: <c>input</c> or <c>items</c>.</param>
/// <param name="open">The ids of calls that the turn before left open; results of these are answers.</param>
/// <param name="approvals">The ids of calls that wait for a yes or no, by the ids of the items that ask for it.</param>
/// <param name="seal">Opens what a provider wants back with its reasoning; null: it is not sent back.</param>
internal sealed class ResponseItems(string field, IReadOnlySet<string> open, IReadOnlyDictionary<string, string> approvals, ReasoningSeal? seal = null)
{
    private readonly HashSet<string> _requests = new(StringComparer.Ordinal);

    public CallerMessages Messages { get; } = new(field);

    /// <summary>The answers to open calls.</summary>
    public List<CallAnswer> Answers { get; } = [];

    /// <summary>Whether anything was given.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The id of the item that asked for the approval of a call; null: none did.</summary>
    public string? RequestOf(string callId) => approvals.FirstOrDefault(pair => pair.Value == callId).Key;

    /// <summary>Refuses results of some of a turn's open calls: they are brought all at once, or none.</summary>
    /// <exception cref="TurnException"><c>tool_output_missing</c>, naming the others.</exception>
    public static void RequireAll(IReadOnlyList<OpenCall> calls, IReadOnlyCollection<string> answered, string field)
    {
        var missing = calls.Where(call => !answered.Contains(call.CallId)).Select(call => $"\"{call.CallId}\"").ToArray();
        if (missing.Length > 0 && missing.Length < calls.Count) throw new TurnException(TurnErrorCode.RequestInvalid, $"All open calls must be answered at once; no output was given for {string.Join(", ", missing)}.") { Field = field, Narrower = "tool_output_missing" };
    }

    public void Read(IReadOnlyList<JsonElement> items)
    {
        for (var i = 0; i < items.Count; i++) Read(items[i], $"{field}[{i}].");
    }

    public void Read(JsonElement item, string path)
    {
        IsEmpty = false;
        switch (item.Text("type", path) ?? "message")
        {
            case "message": Message(item, path); break;
            case "reasoning": Reasoning(item, path); break;
            case "function_call": Messages.Assistant([ToolValues.Call(item.Needed("call_id", path), item.Needed("name", path), ChatMessages.Arguments(item.Text("arguments", path) ?? ""))]); break;
            case "function_call_output": Output(item, path); break;
            case "mcp_call": ServerCall(item, path); break;
            case "mcp_approval_request": _requests.Add(item.Text("id", path) ?? ""); break; // the answer names it; nothing of it is sent
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
        "input_image" => part.Text("image_url", path) is { } url ? UserPart.Image(url, detail: part.Text("detail", path)) : FileParts.ById(part.Needed("file_id", path), path + "file_id", part.Text("detail", path)),
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
        if (open.Contains(call)) Answers.Add(new() { CallId = call, Output = JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String), Parts = parts });
        else if (parts is null) Messages.Result(call, text, path + "call_id");
        else Messages.Result(new FunctionResultContent(call, parts), path + "call_id");
    }

    private void ServerCall(JsonElement item, string path)
    {
        var named = item.Text("id", path) ?? item.Needed("name", path);
        var id = named;
        for (var n = 2; Messages.Knows(id); n++) id = $"{named}_{n}";
        Messages.Assistant([ToolValues.Call(id, item.Needed("name", path), ChatMessages.Arguments(item.Text("arguments", path) ?? ""))]);
        if (ToolOutput.Fault(item) is { } fault) Messages.Result(ToolValues.Error(id, fault), path + "id");
        else if (item.Text("output", path) is { } output) Messages.Result(id, output, path + "id");
    }

    private void Approve(JsonElement item, string path)
    {
        var request = item.Needed("approval_request_id", path);
        if (!approvals.ContainsKey(request) && _requests.Contains(request)) return; // both were settled earlier
        if (!approvals.TryGetValue(request, out var call)) throw new Turns.TurnException(Turns.TurnErrorCode.RequestInvalid, $"\"{request}\" asks for no approval that is open.") { Field = path + "approval_request_id", Narrower = "tool_call_unknown" };
        Answers.Add(new() { CallId = call, Approved = item.Truth("approve", path) ?? throw Given.Invalid(path + "approve", $"\"{path}approve\" must be true or false."), Reason = item.Text("reason", path) });
    }
}
