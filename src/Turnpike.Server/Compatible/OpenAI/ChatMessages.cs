using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads the <c>messages</c> of a chat completion.</summary>
internal static class ChatMessages
{
    private const string Field = "messages";

    public static CallerMessages Read(JsonElement body)
    {
        var messages = new CallerMessages(Field);
        var list = body.List(Field) ?? throw Given.Invalid(Field, "\"messages\" is missing; it must be an array. It may be empty when a prompt has a user message of its own.");
        for (var i = 0; i < list.Count; i++) Read(messages, list[i], $"{Field}[{i}].");
        return messages;
    }

    private static void Read(CallerMessages messages, JsonElement message, string path)
    {
        var name = message.Text("name", path);
        switch (message.Needed("role", path))
        {
            case "system" or "developer": messages.System(Text(message, path), name, message.Text("role")!); break;
            case "user": messages.User(Parts(message, path), name); break;
            case "assistant": messages.Assistant(Said(message, path), name); break;
            case "tool": messages.Result(message.Needed("tool_call_id", path), Text(message, path), path + "tool_call_id"); break;
            case "function": throw Given.UnsupportedValue(path + "role", "The role \"function\" is not taken; send results as \"tool\" messages with a \"tool_call_id\".");
            case var role: throw Given.UnsupportedValue(path + "role", $"There is no role \"{role}\"; it must be system, developer, user, assistant or tool.");
        }
    }

    private static string Text(JsonElement message, string path) => message.Member("content") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Join("\n\n", parts.EnumerateArray().Select((part, i) => part.Text("type") is "text" or null ? part.Needed("text", $"{path}content[{i}].") : throw Given.UnsupportedValue($"{path}content[{i}].type", "Only parts of type \"text\" are taken here."))),
        null => "",
        _ => throw Given.Invalid(path + "content", $"\"{path}content\" must be a string or an array of parts."),
    };

    private static IReadOnlyList<UserPart> Parts(JsonElement message, string path) => message.Member("content") switch
    {
        { ValueKind: JsonValueKind.String } text => [new(text.GetString(), null)],
        { ValueKind: JsonValueKind.Array } parts => [.. parts.EnumerateArray().Select((part, i) => Part(part, $"{path}content[{i}]."))],
        null => throw Given.Invalid(path + "content", $"\"{path}content\" is missing; it must be a string or an array of parts."),
        _ => throw Given.Invalid(path + "content", $"\"{path}content\" must be a string or an array of parts."),
    };

    private static UserPart Part(JsonElement part, string path) => part.Needed("type", path) switch
    {
        "text" => new(part.Needed("text", path), null),
        "image_url" => Image(part.Object("image_url", path) ?? throw Given.Invalid(path + "image_url", $"\"{path}image_url\" is missing."), path + "image_url."),
        "input_audio" => part.Object("input_audio", path) is { } audio ? UserPart.Audio(audio.Needed("data", path + "input_audio."), audio.Needed("format", path + "input_audio.")) : throw Given.Invalid(path + "input_audio", $"\"{path}input_audio\" is missing."),
        "file" => File(part.Object("file", path) ?? throw Given.Invalid(path + "file", $"\"{path}file\" is missing."), path + "file."),
        var type => throw Given.UnsupportedValue(path + "type", $"There is no part of type \"{type}\"; it must be text, image_url, input_audio or file."),
    };

    private static UserPart Image(JsonElement image, string path) => UserPart.ImageAt(image.Needed("url", path), path + "url", image.Text("detail", path));

    private static UserPart File(JsonElement file, string path)
    {
        if (file.Text("file_id", path) is { } id) return FileParts.ById(id, path + "file_id");
        return FileParts.ByData(file.Text("file_data", path) ?? throw Given.Invalid(path + "file_data", $"\"{path[..^1]}\" needs a \"file_id\" or \"file_data\"."), file.Text("filename", path), path + "file_data");
    }

    private static List<AIContent> Said(JsonElement message, string path)
    {
        var parts = new List<AIContent>();
        if (message.Text("reasoning_content", path) is { Length: > 0 } reasoning) parts.Add(new TextReasoningContent(reasoning));
        if (Spoken(message, path) is { Length: > 0 } text) parts.Add(new TextContent(text));
        if (message.Text("refusal", path) is { Length: > 0 } refusal) parts.Add(new TextContent(refusal));
        var calls = message.List("tool_calls", path) ?? [];
        for (var i = 0; i < calls.Count; i++)
        {
            var at = $"{path}tool_calls[{i}].";
            if (calls[i].Text("type", at) is { } type and not "function") throw Given.UnsupportedValue(at + "type", $"A call of type \"{type}\" is not taken; it must be function.");
            var function = calls[i].Object("function", at) ?? throw Given.Invalid(at + "function", $"\"{at}function\" is missing.");
            parts.Add(ToolValues.Call(calls[i].Needed("id", at), function.Needed("name", at + "function."), Arguments(function.Text("arguments", at + "function.") ?? "")));
        }
        return parts;
    }

    private static string Spoken(JsonElement message, string path) => message.Member("content") is { ValueKind: JsonValueKind.Array } parts
        ? string.Concat(parts.EnumerateArray().Select(part => part.Text("text") ?? part.Text("refusal") ?? ""))
        : message.Text("content", path) ?? "";

    /// <summary>A call's arguments: the object that the text holds, or the text.</summary>
    public static JsonElement Arguments(string text)
    {
        try
        {
            return StrictJson.Parse(text.Length == 0 ? "{}" : text, mayRepeat: true);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String);
        }
    }
}
