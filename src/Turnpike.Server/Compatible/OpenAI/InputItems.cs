using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The items that a turn's caller gave, in their order, and the parts of the turn's messages that each shows.</summary>
internal sealed class InputItems
{
    private readonly Turn _turn;
    private readonly string _suffix;
    private readonly ResponseFace _face;
    private readonly HashSet<string> _ownCalls;

    private InputItems(Turn turn, ResponseFace face) => (_turn, _face, _suffix, _ownCalls) = (turn, face, Projection.Suffix(turn.Id), [.. turn.Messages.SelectMany(message => message.Contents.OfType<FunctionCallContent>()).Select(call => call.CallId)]);

    /// <summary>The items, in order. Media are where <see cref="ItemMedia"/> finds them.</summary>
    public List<JsonElement> Items { get; } = [];

    /// <summary>The names of the parts, by the items' ids.</summary>
    public Dictionary<string, List<string>> Parts { get; } = new(StringComparer.Ordinal);

    /// <param name="turn">The turn.</param>
    /// <param name="log">The beginning of its log: what its caller sent before all messages, and to what it said yes or no.</param>
    public static InputItems Of(Turn turn, IReadOnlyList<TurnEvent> log)
    {
        var items = new InputItems(turn, new(log is [TurnStarted started, ..] ? started.Face : null));
        foreach (var message in LeadingMessage.Of(log)) items.Add("msg", [], Message(message.Role, [new JsonObject { ["type"] = "input_text", ["text"] = message.Text }]));
        for (var i = 0; i < (turn.History?.Count ?? 0); i++) items.Add(turn.History![i], i, isHistory: true);
        for (var i = 0; i < turn.Messages.Count; i++)
        {
            if (turn.Given || turn.Messages[i].Role == ChatRole.User || turn.Messages[i].Role == ChatRole.Tool) items.Add(turn.Messages[i], i, isHistory: false);
        }
        return items;
    }

    private void Add(ChatMessage message, int number, bool isHistory)
    {
        var (shown, names) = (new JsonArray(), new List<string>());
        for (var i = 0; i < message.Contents.Count; i++)
        {
            var (part, name) = (message.Contents[i], HiddenParts.Name(_turn.Id, isHistory, number, i));
            if (part is FunctionResultContent result && message.Role == ChatRole.Tool)
            {
                if (!isHistory && _face.Decision(result.CallId) is { } said) Decided(said, name);
                else if (_turn.Given || isHistory || !_ownCalls.Contains(result.CallId)) Add("fco", [name], new() { ["type"] = "function_call_output", ["call_id"] = result.CallId, ["output"] = Output(result), ["status"] = "completed" });
                continue;
            }
            if (message.Role == ChatRole.Tool || MessageParts.OriginOf(part) is MessageParts.Template or MessageParts.Rule) continue;
            if (Alone(part) is var (prefix, alone))
            {
                Flush(message, ref shown, ref names);
                Add(prefix, [name], alone);
            }
            else if (Part(ShownFiles.Of(IsTyped(message, part, isHistory) ? new TextContent(_turn.Content) : part), message.Role) is { } one)
            {
                shown.Add(one);
                names.Add(name);
            }
        }
        Flush(message, ref shown, ref names);
    }

    /// <summary>Whether a part is what was typed, without the triggers that were run: the caller's item is the text with them.</summary>
    private bool IsTyped(ChatMessage message, AIContent part, bool isHistory) => !isHistory && !_turn.Given && _turn.Content != _turn.CleanedContent && message.Role == ChatRole.User && part is TextContent text && text.Text == _turn.CleanedContent && MessageParts.OriginOf(part) is null or MessageParts.Typed;

    /// <summary>Adds the yes or no to a call of the turn before. What came of a yes is an item of the output; of a no the model reads the refusal.</summary>
    private void Decided(JsonElement said, string part)
    {
        var approves = said.Truth("approve") != false;
        var item = new JsonObject { ["type"] = "mcp_approval_response", ["approval_request_id"] = said.Text("request"), ["approve"] = approves };
        if (said.Text("reason") is { } reason) item["reason"] = reason;
        Add("mcpa", approves ? [] : [part], item);
    }

    /// <summary>Adds the message of the parts so far: what follows them is an item of its own.</summary>
    private void Flush(ChatMessage message, ref JsonArray shown, ref List<string> names)
    {
        if (shown.Count == 0) return;
        var item = Message(message.Role.Value, shown);
        if (message.Contents.Select(MessageParts.PhaseOf).FirstOrDefault(phase => phase is not null) is { } phase) item["phase"] = phase;
        Add("msg", names, item);
        (shown, names) = ([], []);
    }

    private void Add(string prefix, List<string> parts, JsonObject item)
    {
        var id = $"{prefix}_{_suffix}_i{Items.Count}";
        item.Insert(0, "id", id);
        Items.Add(JsonSerializer.SerializeToElement(item, TurnpikeJson.Relaxed.JsonObject));
        Parts[id] = parts;
    }

    private static JsonObject Message(string role, JsonArray content) => new() { ["type"] = "message", ["role"] = role, ["status"] = "completed", ["content"] = content };

    /// <summary>A part that is an item of its own; null for parts of messages.</summary>
    private static (string Prefix, JsonObject Item)? Alone(AIContent part) => part switch
    {
        FunctionCallContent call => ("fc", new() { ["type"] = "function_call", ["call_id"] = call.CallId, ["name"] = call.Name, ["arguments"] = ToolValues.ArgumentsText(call), ["status"] = "completed" }),
        TextReasoningContent { Text.Length: > 0 } thought => ("rs", new() { ["type"] = "reasoning", ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = thought.Text }), ["status"] = "completed" }),
        _ => null,
    };

    private static JsonNode? Output(FunctionResultContent result) => result.Result is IEnumerable<AIContent> parts ? new JsonArray([.. parts.Select(part => (JsonNode?)Part(part, ChatRole.Tool))]) : McpOutput.Text(result);

    private static JsonObject? Part(AIContent part, ChatRole role)
    {
        switch (part)
        {
            case TextContent text when role == ChatRole.Assistant: return new() { ["type"] = "output_text", ["text"] = text.Text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };
            case TextContent text: return new() { ["type"] = "input_text", ["text"] = text.Text };
            case KeptPart { MediaType: { } type } kept: return Image(type) ? Detailed(ItemMedia.Part("input_image", kept), kept) : Named(ItemMedia.Part("input_file", kept), kept.Name);
            case DataContent data when Image(data.MediaType): return Detailed(new() { ["type"] = "input_image", ["image_url"] = data.Uri }, data);
            case UriContent uri when Image(uri.MediaType): return Detailed(new() { ["type"] = "input_image", ["image_url"] = uri.Uri.OriginalString }, uri);
            case DataContent data: return Named(new() { ["type"] = "input_file", ["file_data"] = data.Uri }, data.Name);
            case UriContent uri: return new() { ["type"] = "input_file", ["file_url"] = uri.Uri.OriginalString };
            default: return null;
        }
    }

    private static bool Image(string mediaType) => mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Detailed(JsonObject image, AIContent part)
    {
        image["detail"] = MessageParts.DetailOf(part) ?? "auto";
        return image;
    }

    private static JsonObject Named(JsonObject file, string? name)
    {
        file["filename"] = name ?? "file";
        return file;
    }
}
