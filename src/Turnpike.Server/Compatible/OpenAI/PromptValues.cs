using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Values of a prompt's variables as the vendor writes them: any JSON, or an input part that stands for a text, an image or a file.</summary>
internal static class PromptValues
{
    public static JsonElement? Read(JsonElement? values)
    {
        if (values is not { } given || !given.EnumerateObject().Any(member => member.Value.Text("type") is { } type && type.StartsWith("input_", StringComparison.Ordinal))) return values;
        var plain = new JsonObject();
        foreach (var member in given.EnumerateObject()) plain[member.Name] = Value(member.Value, "prompt.variables." + member.Name);
        return JsonSerializer.SerializeToElement(plain, Turns.Json.TurnpikeJson.Relaxed.JsonObject);
    }

    private static JsonNode? Value(JsonElement value, string path) => value.ValueKind != JsonValueKind.Object ? JsonNode.Parse(value.GetRawText()) : value.Text("type", path) switch
    {
        "input_text" => value.Needed("text", path + "."),
        "input_image" => value.Text("image_url", path) ?? value.Needed("file_id", path + "."),
        "input_file" => value.Text("file_url", path) ?? value.Text("file_data", path) ?? value.Needed("file_id", path + "."),
        _ => JsonNode.Parse(value.GetRawText()),
    };
}
