using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The items that a turn's caller gave, and the parts of the turn's messages that each shows.</summary>
internal sealed class InputItems
{
    private readonly Turn _turn;
    private readonly string _suffix;
    private readonly HashSet<string> _ownCalls;

    private InputItems(Turn turn) => (_turn, _suffix, _ownCalls) = (turn, Projection.Suffix(turn.Id), [.. turn.Messages.SelectMany(message => message.Contents.OfType<FunctionCallContent>()).Select(call => call.CallId)]);

    /// <summary>The items, in order.</summary>
    public List<JsonElement> Items { get; } = [];

    /// <summary>The names of the parts, by the items' ids.</summary>
    public Dictionary<string, List<string>> Parts { get; } = new(StringComparer.Ordinal);

    public static InputItems Of(Turn turn)
    {
        var items = new InputItems(turn);
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
                if (_turn.Given || isHistory || !_ownCalls.Contains(result.CallId)) Add("fco", [name], new() { ["type"] = "function_call_output", ["call_id"] = result.CallId, ["output"] = McpOutput.Text(result), ["status"] = "completed" });
                continue;
            }
            if (message.Role == ChatRole.Tool || MessageParts.OriginOf(part) is MessageParts.Template or MessageParts.Rule) continue;
            if (part is FunctionCallContent call)
            {
                Add("fc", [name], new() { ["type"] = "function_call", ["call_id"] = call.CallId, ["name"] = call.Name, ["arguments"] = ToolValues.ArgumentsText(call), ["status"] = "completed" });
            }
            else if (Part(part, message.Role) is { } one)
            {
                shown.Add(one);
                names.Add(name);
            }
        }
        if (shown.Count == 0) return;
        var item = new JsonObject { ["type"] = "message", ["role"] = message.Role.Value, ["status"] = "completed", ["content"] = shown };
        if (message.Contents.Select(MessageParts.PhaseOf).FirstOrDefault(phase => phase is not null) is { } phase) item["phase"] = phase;
        Add("msg", names, item);
    }

    private void Add(string prefix, List<string> parts, JsonObject item)
    {
        var id = $"{prefix}_{_suffix}_i{Items.Count}";
        item.Insert(0, "id", id);
        Items.Add(JsonSerializer.SerializeToElement(item, TurnpikeJson.Relaxed.JsonObject));
        Parts[id] = parts;
    }

    private static JsonObject? Part(AIContent part, ChatRole role) => part switch
    {
        TextContent text when role == ChatRole.Assistant => new() { ["type"] = "output_text", ["text"] = text.Text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() },
        TextContent text => new() { ["type"] = "input_text", ["text"] = text.Text },
        DataContent data when data.HasTopLevelMediaType("image") => new() { ["type"] = "input_image", ["image_url"] = data.Uri, ["detail"] = "auto" },
        UriContent uri when uri.HasTopLevelMediaType("image") => new() { ["type"] = "input_image", ["image_url"] = uri.Uri.OriginalString, ["detail"] = "auto" },
        DataContent data => new() { ["type"] = "input_file", ["file_data"] = data.Uri, ["filename"] = data.Name ?? "file" },
        UriContent uri => new() { ["type"] = "input_file", ["file_url"] = uri.Uri.OriginalString },
        _ => null,
    };
}
