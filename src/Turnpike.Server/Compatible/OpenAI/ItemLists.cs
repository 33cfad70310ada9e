using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The items of turns: what their callers gave, then what came out. What a prompt, its examples and rules add is no item.</summary>
internal static class ItemLists
{
    /// <summary>All items of a turn, in order.</summary>
    public static async Task<List<JsonElement>> OfAsync(Turn turn, ITurnLog log, CancellationToken cancellationToken)
    {
        var items = Input(turn);
        if (turn.Given) return items;
        foreach (var item in ResponseEvents.Of(await log.ReadAsync(turn.Id, 0, int.MaxValue, cancellationToken)).Output) items.Add(Element(item.Write));
        return items;
    }

    /// <summary>The caller's items of a turn, in order.</summary>
    public static List<JsonElement> Input(Turn turn)
    {
        var items = new List<JsonElement>();
        var suffix = Projection.Suffix(turn.Id);
        foreach (var message in turn.History ?? []) Add(items, message, suffix, ownsOutput: true);
        foreach (var message in turn.Messages)
        {
            if (turn.Given) Add(items, message, suffix, ownsOutput: true);
            else if (message.Role == ChatRole.User || message.Role == ChatRole.Tool) Add(items, message, suffix, ownsOutput: false, turn);
        }
        return items;
    }

    /// <summary>A page of a list, as every list of the vendor is.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: the cursor names no item of the list.</exception>
    public static void WritePage(Utf8JsonWriter writer, IReadOnlyList<JsonElement> items, string? after, int limit, string order)
    {
        IEnumerable<JsonElement> ordered = order == "asc" ? items : items.Reverse();
        if (after is not null)
        {
            if (!items.Any(item => item.Text("id") == after)) throw Given.Invalid("after", $"\"after\" is \"{after}\", which is no item of this list.");
            ordered = ordered.SkipWhile(item => item.Text("id") != after).Skip(1);
        }
        var rest = ordered.ToArray();
        var page = rest.Take(limit).ToArray();
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        foreach (var item in page) item.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteString("first_id"u8, page.Length == 0 ? null : page[0].Text("id"));
        writer.WriteString("last_id"u8, page.Length == 0 ? null : page[^1].Text("id"));
        writer.WriteBoolean("has_more"u8, rest.Length > page.Length);
        writer.WriteEndObject();
    }

    private static void Add(List<JsonElement> items, ChatMessage message, string suffix, bool ownsOutput, Turn? turn = null)
    {
        if (message.Role == ChatRole.Tool)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                if (!ownsOutput && IsOwnCall(turn!, result.CallId)) continue;
                items.Add(Make(new() { ["id"] = $"fco_{suffix}_i{items.Count}", ["type"] = "function_call_output", ["call_id"] = result.CallId, ["output"] = McpOutput.Text(ToolValues.Element(result.Result)), ["status"] = "completed" }));
            }
            return;
        }
        var parts = new JsonArray();
        foreach (var part in message.Contents)
        {
            if (MessageParts.OriginOf(part) is MessageParts.Template or MessageParts.Rule) continue;
            if (part is FunctionCallContent call)
                items.Add(Make(new() { ["id"] = $"fc_{suffix}_i{items.Count}", ["type"] = "function_call", ["call_id"] = call.CallId, ["name"] = call.Name, ["arguments"] = ToolValues.ArgumentsText(call), ["status"] = "completed" }));
            else if (Part(part, message.Role) is { } shown) parts.Add(shown);
        }
        if (parts.Count > 0) items.Add(Make(new() { ["id"] = $"msg_{suffix}_i{items.Count}", ["type"] = "message", ["role"] = message.Role.Value, ["status"] = "completed", ["content"] = parts }));
    }

    private static bool IsOwnCall(Turn turn, string callId) => turn.Messages.Any(message => message.Contents.OfType<FunctionCallContent>().Any(call => call.CallId == callId));

    private static JsonObject? Part(AIContent part, ChatRole role) => part switch
    {
        TextContent text when role == ChatRole.Assistant => new() { ["type"] = "output_text", ["text"] = text.Text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() },
        TextContent text => new() { ["type"] = "input_text", ["text"] = text.Text },
        DataContent data when data.MediaType.StartsWith("image/", StringComparison.Ordinal) => new() { ["type"] = "input_image", ["image_url"] = data.Uri, ["detail"] = "auto" },
        UriContent uri when uri.MediaType.StartsWith("image/", StringComparison.Ordinal) => new() { ["type"] = "input_image", ["image_url"] = uri.Uri.OriginalString, ["detail"] = "auto" },
        DataContent data => new() { ["type"] = "input_file", ["file_data"] = data.Uri, ["filename"] = data.Name ?? "file" },
        UriContent uri => new() { ["type"] = "input_file", ["file_url"] = uri.Uri.OriginalString },
        _ => null,
    };

    private static JsonElement Make(JsonObject item) => JsonSerializer.SerializeToElement(item, TurnpikeJson.Relaxed.JsonObject);

    private static JsonElement Element(Action<Utf8JsonWriter> write)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) write(writer);
        using var parsed = JsonDocument.Parse(json.WrittenMemory);
        return parsed.RootElement.Clone();
    }
}
