using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>Reads messages of UI clients.</summary>
internal static class UiMessage
{
    public static string? Role(JsonElement message, int i) => message.Needed("role", $"messages[{i}].") is "user" or "assistant" or "system" ? message.Text("role") : throw Given.UnsupportedValue($"messages[{i}].role", $"There is no role \"{message.Text("role")}\"; it must be user, assistant or system.");

    /// <summary>What a user's message says: its texts, and its files as resources.</summary>
    public static IReadOnlyList<UserPart> Parts(JsonElement message, int i)
    {
        var parts = new List<UserPart>();
        var given = message.List("parts", $"messages[{i}].") ?? throw Given.Invalid($"messages[{i}].parts", $"\"messages[{i}].parts\" is missing; it must be an array.");
        for (var n = 0; n < given.Count; n++)
        {
            var path = $"messages[{i}].parts[{n}].";
            switch (given[n].Needed("type", path))
            {
                case "text": parts.Add(new(given[n].Needed("text", path), null)); break;
                case "file": parts.Add(File(given[n], path)); break;
            }
        }
        return parts;
    }

    /// <summary>Adds a message of an imported history.</summary>
    public static void Read(CallerMessages into, JsonElement message, int i)
    {
        switch (Role(message, i))
        {
            case "user": into.User(Parts(message, i), null); break;
            case "system": into.System(string.Join("\n\n", Parts(message, i).Select(part => part.Text))); break;
            default: Assistant(into, message, i); break;
        }
    }

    private static void Assistant(CallerMessages into, JsonElement message, int i)
    {
        foreach (var part in message.List("parts", $"messages[{i}].") ?? [])
        {
            var type = part.Text("type") ?? "";
            if (type == "text")
            {
                into.Assistant([new TextContent(part.Text("text") ?? "")]);
            }
            else if ((type == "dynamic-tool" || type.StartsWith("tool-", StringComparison.Ordinal)) && part.Text("toolCallId") is { } call && part.Member("input") is { } input)
            {
                into.Assistant([ToolValues.Call(call, part.Text("toolName") ?? type["tool-".Length..], input)]);
                if (part.Member("output") is { } output) into.Result(new FunctionResultContent(call, output.ValueKind == JsonValueKind.String ? output.GetString() : output.Clone()), $"messages[{i}]");
                else if (part.Text("errorText") is { } error) into.Result(ToolValues.Error(call, error), $"messages[{i}]");
            }
        }
    }

    private static UserPart File(JsonElement part, string path)
    {
        var (url, type, name) = (part.Needed("url", path), part.Text("mediaType", path), part.Text("filename", path));
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return FileParts.ByData(url, name, path + "url");
        return Uri.TryCreate(url, UriKind.Absolute, out var place) && (place.Scheme is "http" or "https") ? UserPart.File(url, name, type) : throw Given.UnsupportedValue(path + "url", $"\"{path}url\" must be a data: or http(s) URL.");
    }
}
