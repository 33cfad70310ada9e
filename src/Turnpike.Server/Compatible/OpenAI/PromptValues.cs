using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Values of a prompt's variables as the vendor writes them: any JSON, or an input part that stands for a text, an image or a file.</summary>
internal static class PromptValues
{
    private static readonly string[] Beside = ["detail", "filename"];

    public static JsonElement? Read(JsonElement? values)
    {
        if (values is not { } given || !given.EnumerateObject().Any(member => IsPart(member.Value))) return values;
        var plain = new JsonObject();
        foreach (var member in given.EnumerateObject()) plain[member.Name] = IsPart(member.Value) ? Value(member.Value, $"prompt.variables.{member.Name}.") : JsonNode.Parse(member.Value.GetRawText());
        return JsonSerializer.SerializeToElement(plain, Turns.Json.TurnpikeJson.Relaxed.JsonObject);
    }

    /// <summary>The paths of what a part says beside its content: a variable holds the content alone.</summary>
    public static IEnumerable<string> Ignored(JsonElement body)
    {
        if (body.Member("prompt")?.Member("variables") is not { ValueKind: JsonValueKind.Object } values) yield break;
        foreach (var value in values.EnumerateObject().Where(member => IsPart(member.Value)))
        {
            foreach (var name in Beside) if (value.Value.Member(name) is not null) yield return $"prompt.variables.{Uri.EscapeDataString(value.Name)}.{name}";
        }
    }

    private static bool IsPart(JsonElement value) => value.Member("type") is { ValueKind: JsonValueKind.String } type && type.GetString() is "input_text" or "input_image" or "input_file";

    /// <summary>The text, or where the image or file is: read as it is in a message, so that the same forms are taken and the same are refused.</summary>
    private static string? Value(JsonElement part, string path)
    {
        var read = ResponseItems.Part(part, path);
        return read.Text ?? read.Resource!.File ?? read.Resource.Url;
    }
}
