using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>
/// Turns that were given as they are, as UI messages: those that a UI client brought are the ones it brought, which the log of their turn keeps but for the bytes of files;
/// others are made of their messages, each answer with its calls and results in one.
/// </summary>
/// <param name="kept">The turn as it is kept.</param>
/// <param name="turn">The turn without what was deleted of it.</param>
/// <param name="log">The events of the turn.</param>
/// <param name="results">The results of calls.</param>
internal sealed class UiGiven(Turn kept, Turn turn, IReadOnlyList<TurnEvent> log, UiResults results)
{
    private const string Name = "ui";

    /// <summary>Reads the messages that a client brings from before.</summary>
    /// <returns>What the log keeps of them, each with the places of the parts it became, and the messages.</returns>
    public static (JsonElement Face, IReadOnlyList<ChatMessage> Messages) Read(IReadOnlyList<JsonElement> given)
    {
        if (given.Count > CallerMessages.Most) throw Given.Invalid("messages", FormattableString.Invariant($"\"messages\" takes {CallerMessages.Most:N0} messages from before; these are {given.Count:N0}."));
        var (reader, list) = (new CallerMessages("messages"), new JsonArray());
        for (var i = 0; i < given.Count; i++)
        {
            UiMessage.Read(reader, given[i], i);
            list.Add(new JsonObject { ["message"] = WithoutBytes(JsonObject.Create(given[i])!), ["parts"] = new JsonArray([.. reader.NewPlaces().Select(place => (JsonNode?)place)]) });
        }
        return (JsonSerializer.SerializeToElement(new JsonObject { ["name"] = Name, ["messages"] = list }, TurnpikeJson.Relaxed.JsonObject), reader.All());
    }

    public void Write(Utf8JsonWriter writer)
    {
        if (log is [TurnStarted { Face: { } face }, ..] && face.Text("name") == Name && face.List("messages") is { } brought)
        {
            var contents = kept.Messages.SelectMany((one, i) => one.Contents.Select((part, n) => (Place: $"{i}/{n}", Part: part))).ToDictionary(one => one.Place, one => one.Part);
            var left = turn.Messages.SelectMany(message => message.Contents).ToHashSet<AIContent>(ReferenceEqualityComparer.Instance);
            for (var i = 0; i < brought.Count; i++) Brought(brought[i], i, contents, left)?.WriteTo(writer);
            return;
        }
        for (var i = 0; i < turn.Messages.Count;)
        {
            var end = i + 1;
            if (turn.Messages[i].Role != ChatRole.User && turn.Messages[i].Role != ChatRole.System) while (end < turn.Messages.Count && turn.Messages[end].Role is var role && role != ChatRole.User && role != ChatRole.System) end++;
            if (Parts(i, end) is { Count: > 0 } parts) new JsonObject { ["id"] = IdOf(i), ["role"] = turn.Messages[i].Role == ChatRole.Tool ? "assistant" : turn.Messages[i].Role.Value, ["parts"] = parts }.WriteTo(writer);
            i = end;
        }
    }

    private string IdOf(int message) => $"msg_{Projection.Suffix(turn.Id)}_i{message}";

    /// <summary>A message as the client brought it, with its files, and with the results that its open calls got since; of one that lacks parts by now, those that are left; null when none is.</summary>
    private JsonObject? Brought(JsonElement given, int number, Dictionary<string, AIContent> contents, HashSet<AIContent> left)
    {
        var message = JsonObject.Create(given.GetProperty("message"))!;
        message["id"] ??= IdOf(number);
        var parts = given.Texts("parts")!.Select(place => contents[place]).ToArray();
        if (!Array.TrueForAll(parts, left.Contains))
        {
            message["parts"] = new JsonArray([.. parts.Where(left.Contains).Select(Part).OfType<JsonObject>()]);
            return message["parts"]!.AsArray().Count > 0 ? message : null;
        }
        var calls = parts.OfType<FunctionCallContent>().DistinctBy(call => call.CallId).ToDictionary(call => call.CallId);
        var files = new Queue<AIContent>(parts.Where(part => part is DataContent or UriContent));
        foreach (var part in (message["parts"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if ((string?)part["type"] == "file" && files.TryDequeue(out var file) && part["url"] is null) part["url"] = Url(file);
            if (part["output"] is null && part["errorText"] is null && calls.GetValueOrDefault(part["toolCallId"]?.ToString() ?? "") is { } call) Answer(part, call);
        }
        return message;
    }

    private JsonArray Parts(int from, int end)
    {
        var parts = new JsonArray();
        for (var i = from; i < end; i++)
        {
            if (turn.Messages[i].Role == ChatRole.Tool) continue;
            if (parts.Count > 0) parts.Add(new JsonObject { ["type"] = "step-start" });
            foreach (var part in turn.Messages[i].Contents) if (Part(part) is { } shown) parts.Add(shown);
        }
        return parts;
    }

    private JsonObject? Part(AIContent part)
    {
        switch (part)
        {
            case TextContent { Text.Length: > 0 } text: return new() { ["type"] = "text", ["text"] = text.Text };
            case TextReasoningContent { Text.Length: > 0 } thought: return new() { ["type"] = "reasoning", ["text"] = thought.Text };
            case DataContent or UriContent: return File(part);
            case FunctionCallContent call:
                var arguments = ToolValues.ArgumentsText(call);
                var shown = new JsonObject { ["type"] = "tool-" + call.Name, ["toolCallId"] = call.CallId, ["state"] = "input-available", ["input"] = UiValues.Input(arguments) is { } input ? JsonNode.Parse(input.GetRawText()) : arguments };
                Answer(shown, call);
                return shown;
            default: return null;
        }
    }

    /// <summary>Writes the result of a call, if there is one, into its part.</summary>
    private void Answer(JsonObject part, FunctionCallContent call)
    {
        if (results.Of(call) is not { } result) return;
        part["state"] = result.Error is null ? "output-available" : "output-error";
        if (result.Error is { } error) part["errorText"] = error;
        else part["output"] = UiValues.Output(result);
    }

    private static JsonObject File(AIContent file)
    {
        var shown = new JsonObject { ["type"] = "file", ["mediaType"] = file is DataContent data ? data.MediaType : ((UriContent)file).MediaType, ["url"] = Url(file) };
        if (file is DataContent { Name: { } name }) shown["filename"] = name;
        return shown;
    }

    private static string Url(AIContent file) => file is DataContent data ? data.Uri : ((UriContent)file).Uri.OriginalString;

    private static JsonObject WithoutBytes(JsonObject message)
    {
        if (message["role"] is not JsonValue role || !role.TryGetValue<string>(out var who) || who != "user") return message; // nobody else keeps their files
        foreach (var part in (message["parts"] as JsonArray ?? []).OfType<JsonObject>())
            if ((string?)part["type"] == "file" && part["url"] is JsonValue url && url.TryGetValue<string>(out var text) && text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) part.Remove("url");
        return message;
    }
}
