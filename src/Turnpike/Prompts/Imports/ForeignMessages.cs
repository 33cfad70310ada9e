using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Imports;

/// <summary>Reads the messages of other systems, whose content is a text or a list of parts, and tells of each part and member that stays behind.</summary>
/// <param name="tell">Hears what is left out.</param>
/// <param name="text">Makes a template of a text.</param>
internal sealed class ForeignMessages(Action<string> tell, Func<string, string> text)
{
    private static readonly string[] Read = ["role", "content", "type", "id", "status"];

    /// <summary>A message; null, and told of, when it says nothing that is read here.</summary>
    public PromptMessage? Message(JsonNode? given, string path)
    {
        if (given is not JsonObject message)
        {
            tell($"{path}: left out, it is no message");
            return null;
        }
        Others(message, path, Read);
        var content = Content(message["content"], path + ".content");
        if (content.Count == 0) tell($"{path}: left out, it has no content that is read here");
        return content.Count == 0 ? null : FoundPrompt.Message(FoundPrompt.Text(message["role"]) ?? "user", "") with { Content = content };
    }

    /// <summary>The parts of a content.</summary>
    public IReadOnlyList<PromptPart> Content(JsonNode? given, string path) => given switch
    {
        null => [],
        JsonArray list => [.. list.Select((part, at) => Part(part, $"{path}[{at}]")).OfType<PromptPart>()],
        _ => Part(given, path) is { } part ? [part] : [],
    };

    private PromptPart? Part(JsonNode? given, string path)
    {
        if (FoundPrompt.Text(given) is { } plain) return new() { Type = "text", Text = text(plain) };
        if (given is not JsonObject part)
        {
            tell($"{path}: left out, it is neither a text nor a part");
            return null;
        }
        var type = FoundPrompt.Text(part["type"]);
        if (FoundPrompt.Text(part["text"]) is { } said && type is null or "text" or "input_text" or "output_text")
        {
            Others(part, path, ["type", "text", "annotations", "logprobs"]);
            return new() { Type = "text", Text = text(said!) };
        }
        if (ImageOf(part) is { } url)
        {
            Others(part, path, ["type", "image_url", "source"]);
            if (part["image_url"] is JsonObject image) Others(image, path + ".image_url", ["url"]);
            return new() { Type = "media", Url = text(url), MediaType = "image/*" };
        }
        tell($"{path}: left out, a part of type {type ?? "none"} is not read");
        return null;
    }

    private static string? ImageOf(JsonObject part) => FoundPrompt.Text(part["image_url"]) ?? FoundPrompt.Text((part["image_url"] as JsonObject)?["url"]) ?? (part["source"] is JsonObject source && FoundPrompt.Text(part["type"]) == "image"
        ? FoundPrompt.Text(source["url"]) ?? (FoundPrompt.Text(source["data"]) is { } data && FoundPrompt.Text(source["media_type"]) is { } media ? $"data:{media};base64,{data}" : null) : null);

    private void Others(JsonObject given, string path, string[] read)
    {
        foreach (var (name, value) in given)
            if (value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }) && !read.Contains(name)) tell($"{path}.{name}: left out, it is not known here");
    }
}
