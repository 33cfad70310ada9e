using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>
/// Items that were put into a conversation, listed as they were given: which ones they were, and what of them no message tells, stands in the log of their turn.
/// The bytes of media stand in the messages alone.
/// </summary>
internal static class GivenItems
{
    private const string Name = "items";
    private static readonly Dictionary<string, string> Prefixes = new() { ["message"] = "msg", ["reasoning"] = "rs", ["function_call"] = "fc", ["function_call_output"] = "fco", ["mcp_call"] = "mcp", ["mcp_approval_request"] = "mcpr", ["mcp_approval_response"] = "mcpa" };

    /// <summary>Reads a list of items into messages.</summary>
    /// <param name="given">The items.</param>
    /// <param name="reader">Reads each.</param>
    /// <returns>The items for the log, each with the places of the parts it became, and the messages.</returns>
    public static (JsonElement Face, IReadOnlyList<ChatMessage> Messages) Read(IReadOnlyList<JsonElement> given, ResponseItems reader)
    {
        reader.Expect(given);
        var list = new JsonArray();
        for (var i = 0; i < given.Count; i++)
        {
            reader.Read(given[i], $"items[{i}].");
            list.Add(new JsonObject { ["item"] = WithoutBytes(JsonObject.Create(given[i])!), ["parts"] = new JsonArray([.. reader.Messages.NewPlaces().Select(place => (JsonNode?)place)]) });
        }
        return (JsonSerializer.SerializeToElement(new JsonObject { ["name"] = Name, ["items"] = list }, TurnpikeJson.Relaxed.JsonObject), reader.Messages.All());
    }

    /// <summary>The items of a given turn.</summary>
    public static InputItems Of(Turn turn, IReadOnlyList<TurnEvent> log) => Of(turn, log is [TurnStarted { Face: { } face }, ..] ? face : null);

    /// <inheritdoc cref="Of(Turn, IReadOnlyList{TurnEvent})"/>
    public static InputItems Of(Turn turn, JsonElement? face)
    {
        var shown = InputItems.Of(turn, []);
        if (face is not { } said || said.Text("name") != Name || said.List("items") is not { } list) return shown; // another face gave them, or a version that kept less
        var (suffix, ids) = (Projection.Suffix(turn.Id), new Dictionary<string, string>(StringComparer.Ordinal));
        var items = new List<(string Id, JsonElement Item, List<string> Parts)>();
        foreach (var one in list)
        {
            var (item, parts) = (JsonObject.Create(one.GetProperty("item"))!, one.Texts("parts")!.Select(place => $"{turn.Id}/messages/{place}").ToList());
            var type = Said(item["type"]) ?? "message";
            var id = $"{Prefixes[type]}_{suffix}_i{items.Count}";
            if (type == "mcp_approval_request" && Said(item["id"]) is { } before) ids[before] = id;
            items.Add((id, JsonSerializer.SerializeToElement(Whole(item, type, id, Media(shown, parts), ids), TurnpikeJson.Relaxed.JsonObject), parts));
        }
        shown.Items.Clear();
        shown.Parts.Clear();
        foreach (var (id, item, parts) in items)
        {
            shown.Items.Add(item);
            shown.Parts[id] = parts;
        }
        return shown;
    }

    /// <summary>The media of an item, as its messages have them.</summary>
    private static Queue<JsonNode> Media(InputItems shown, List<string> parts) =>
        new(shown.Items.Where(item => shown.Parts[item.Text("id")!].Exists(parts.Contains)).SelectMany(item => Parts(JsonObject.Create(item)!)).Where(part => Said(part["type"]) != "input_text").Select(part => part.DeepClone()));

    /// <summary>The item with all members that the vendor's lists have.</summary>
    private static JsonObject Whole(JsonObject item, string type, string id, Queue<JsonNode> media, Dictionary<string, string> ids)
    {
        item.Remove("id");
        item.Remove("type");
        item.Insert(0, "id", id);
        item.Insert(1, "type", type);
        if (!type.StartsWith("mcp_approval", StringComparison.Ordinal)) item["status"] ??= "completed";
        if (type == "message") item["content"] = Content(item);
        if (type == "mcp_call") foreach (var member in (string[])["output", "error", "approval_request_id"]) item[member] ??= null;
        if (Said(item["approval_request_id"]) is { } request && ids.TryGetValue(request, out var now)) item["approval_request_id"] = now;
        foreach (var part in Parts(item)) Complete(part, media);
        return item;
    }

    /// <summary>A text; null where something else stands: a client's item may hold anything where nothing is read of it.</summary>
    private static string? Said(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonNode? Content(JsonObject item)
    {
        if (item["content"] is not JsonValue text) return item["content"]?.DeepClone();
        return new JsonArray(new JsonObject { ["type"] = Said(item["role"]) == "assistant" ? "output_text" : "input_text", ["text"] = text.DeepClone() });
    }

    private static void Complete(JsonObject part, Queue<JsonNode> media)
    {
        switch (Said(part["type"]))
        {
            case "text": part["type"] = "input_text"; break;
            case "output_text":
                part["annotations"] ??= new JsonArray();
                part["logprobs"] ??= new JsonArray();
                break;
            case "input_image" or "input_file":
                var kept = media.Count > 0 ? media.Dequeue() : null;
                if (part["image_url"] is null && part["file_url"] is null && part["file_id"] is null && part["file_data"] is null) foreach (var (name, value) in kept as JsonObject ?? []) part[name] ??= value?.DeepClone();
                if (Said(part["type"]) == "input_image") part["detail"] ??= "auto";
                break;
        }
    }

    /// <summary>The item without what its messages have: the bytes of media.</summary>
    private static JsonObject WithoutBytes(JsonObject item)
    {
        foreach (var part in Parts(item))
        {
            part.Remove("file_data");
            foreach (var member in (string[])["image_url", "file_url"]) if (part[member] is JsonValue url && url.TryGetValue<string>(out var text) && text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) part.Remove(member);
        }
        return item;
    }

    private static IEnumerable<JsonObject> Parts(JsonObject item) => ((item["content"] ?? item["output"]) as JsonArray ?? []).OfType<JsonObject>();
}
