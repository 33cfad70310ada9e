using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Values of a prompt's variables as the vendor writes them: any JSON, or an input part that stands for a text, an image or a file.</summary>
internal static class PromptValues
{
    public static JsonElement? Read(JsonElement? values)
    {
        if (values is not { } given || !given.EnumerateObject().Any(member => IsPart(member.Value))) return values;
        var plain = new JsonObject();
        foreach (var member in given.EnumerateObject()) plain[member.Name] = IsPart(member.Value) ? Value(member.Value, $"prompt.variables.{member.Name}.") : JsonNode.Parse(member.Value.GetRawText());
        return JsonSerializer.SerializeToElement(plain, Turns.Json.TurnpikeJson.Relaxed.JsonObject);
    }

    private static bool IsPart(JsonElement value) => value.Member("type") is { ValueKind: JsonValueKind.String } type && type.GetString() is "input_text" or "input_image" or "input_file";

    /// <summary>The text, or where the image or file is and what the part says beside it: read as it is in a message, so that the same forms are taken and the same are refused.</summary>
    private static JsonNode? Value(JsonElement part, string path)
    {
        var read = ResponseItems.Part(part, path);
        if (read.Resource is not { } resource) return read.Text;
        var (detail, name) = (part.Text("detail", path), part.Text("filename", path));
        if (string.IsNullOrEmpty(detail) && string.IsNullOrEmpty(name)) return resource.File ?? resource.Url;
        var described = new JsonObject { ["url"] = resource.File ?? resource.Url };
        if (!string.IsNullOrEmpty(detail)) described["detail"] = detail;
        if (!string.IsNullOrEmpty(name)) described["name"] = name;
        return described;
    }
}
