using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Turns;

namespace Turnpike.Server.Compatible.AgUi;

/// <summary>The messages of a run: what the user typed last, the tool results at the end, and what stands before both.</summary>
internal sealed class AgUiMessages
{
    /// <summary>What the user typed last; null: the list does not end with the user.</summary>
    public IReadOnlyList<UserPart>? Typed { get; private init; }

    /// <summary>The client's id of that message.</summary>
    public string? TypedId { get; private init; }

    /// <summary>The id of the assistant's message before it.</summary>
    public string? ParentId { get; private init; }

    /// <summary>The results of tools behind the assistant's last message.</summary>
    public IReadOnlyList<(string CallId, string Content, string? Error)> Results { get; private init; } = [];

    /// <summary>Whether what the user typed is the first message of its thread.</summary>
    public bool IsFirst { get; private init; }

    /// <summary>All messages before those at the end.</summary>
    public IReadOnlyList<ChatMessage> Before { get; private init; } = [];

    /// <summary>The texts of it, a blank line between, and where each of them stands; null when there is only one.</summary>
    public (string Text, IReadOnlyList<TextSpan>? Typed) TypedText => UserPart.Joined(Typed ?? []);

    public IEnumerable<ResourceInput> Resources => (Typed ?? []).Where(part => part.Resource is not null).Select(part => part.Resource!);

    /// <summary>The messages without what the user typed last.</summary>
    public AgUiMessages WithoutTyped() => new() { ParentId = ParentId, Results = Results, Before = Before };

    public static AgUiMessages Read(IReadOnlyList<JsonElement> list)
    {
        var roles = list.Select((message, i) => message.Needed("role", $"messages[{i}].")).ToArray();
        var last = list.Count - 1;
        var isTyped = last >= 0 && roles[last] == "user";
        var end = isTyped ? last : list.Count;
        var tools = end;
        while (tools > 0 && roles[tools - 1] == "tool") tools--;
        var before = new CallerMessages("messages");
        for (var i = 0; i < end; i++) Add(before, list[i], roles[i], $"messages[{i}].");
        return new()
        {
            Typed = isTyped ? Parts(list[last], $"messages[{last}].") : null,
            TypedId = isTyped ? list[last].Text("id", $"messages[{last}].") : null,
            ParentId = Enumerable.Range(0, end).Reverse().Where(i => roles[i] == "assistant").Select(i => list[i].Text("id")).FirstOrDefault(),
            Results = [.. Enumerable.Range(tools, end - tools).Select(i => (list[i].Needed("toolCallId", $"messages[{i}]."), Said(list[i], $"messages[{i}]."), list[i].Text("error", $"messages[{i}].")))],
            Before = before.All(),
            IsFirst = isTyped && roles.Take(end).All(role => role is "system" or "developer"),
        };
    }

    private static void Add(CallerMessages into, JsonElement message, string role, string path)
    {
        switch (role)
        {
            case "user": into.User(Parts(message, path), message.Text("name", path)); break;
            case "system" or "developer": into.System(Said(message, path)); break;
            case "assistant": into.Assistant(Answer(message, path), message.Text("name", path)); break;
            case "tool" when message.Needed("toolCallId", path) is var call && into.Knows(call): into.Result(call, message.Text("error", path) ?? Said(message, path), path + "toolCallId"); break;
            case "tool" or "reasoning" or "activity": break; // nothing of these is sent to a model
            default: throw Given.UnsupportedValue(path + "role", $"There is no role \"{role}\"; it must be user, assistant, system, developer, tool, reasoning or activity.");
        }
    }

    private static List<AIContent> Answer(JsonElement message, string path)
    {
        var parts = new List<AIContent>();
        if (Said(message, path) is { Length: > 0 } text) parts.Add(new TextContent(text));
        var calls = message.List("toolCalls", path) ?? [];
        for (var i = 0; i < calls.Count; i++)
        {
            var at = $"{path}toolCalls[{i}].";
            var function = calls[i].Object("function", at) ?? throw Given.Invalid(at + "function", $"\"{at}function\" is missing.");
            parts.Add(Turns.Json.ToolValues.Call(calls[i].Needed("id", at), function.Needed("name", at + "function."), ChatMessages.Arguments(function.Text("arguments", at + "function.") ?? "")));
        }
        return parts;
    }

    private static string Said(JsonElement message, string path) => message.Member("content") switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => string.Join("\n\n", Parts(message, path).Where(part => part.Text is not null).Select(part => part.Text)),
    };

    private static IReadOnlyList<UserPart> Parts(JsonElement message, string path) => message.Member("content") switch
    {
        { ValueKind: JsonValueKind.String } text => [new(text.GetString(), null)],
        { ValueKind: JsonValueKind.Array } parts => [.. parts.EnumerateArray().Select((part, i) => Part(part, $"{path}content[{i}]."))],
        _ => throw Given.Invalid(path + "content", $"\"{path}content\" must be a string or an array of parts."),
    };

    private static UserPart Part(JsonElement part, string path)
    {
        var type = part.Needed("type", path);
        if (type == "text") return new(part.Needed("text", path), null);
        if (type is not ("image" or "audio" or "document")) throw Given.UnsupportedValue(path + "type", $"A part of type \"{type}\" is not taken; it must be text, image, audio or document.");
        var source = part.Object("source", path) ?? throw Given.Invalid(path + "source", $"\"{path}source\" is missing.");
        var (kind, value, media) = (source.Needed("type", path + "source."), source.Needed("value", path + "source."), source.Text("mimeType", path + "source."));
        if (kind == "url") return type == "image" ? UserPart.Image(value, media) : UserPart.File(value, null, media);
        if (kind != "data") throw Given.UnsupportedValue(path + "source.type", $"\"{path}source.type\" is \"{kind}\"; it must be url or data.");
        return new(null, new() { Kind = type == "document" ? "file" : type, Data = value, MediaType = media ?? throw Given.Invalid(path + "source.mimeType", $"\"{path}source.mimeType\" is missing.") });
    }
}
