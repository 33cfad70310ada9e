using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>Reads values of a front matter by their kind; a value of another kind is an error that names the key.</summary>
internal static class FileValues
{
    public static JsonObject? Mapping(JsonNode? value, string path) => value is null ? null : value as JsonObject ?? throw FileErrors.Invalid(path, "must be a mapping.");

    public static string? Text(JsonNode? value, string path) => value switch
    {
        null => null,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => throw FileErrors.Invalid(path, "must be a text; write it in quotes."),
    };

    public static bool? Truth(JsonNode? value, string path) => value?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw FileErrors.Invalid(path, "must be true or false."),
    };

    public static string? Word(JsonNode? value, string path, params string[] words) => Text(value, path) is not { } text ? null
        : words.Contains(text) ? text : throw FileErrors.Invalid(path, $"is \"{text}\"; it must be {string.Join(", ", words[..^1])} or {words[^1]}.{Nearest.Hint(text, words)}");

    /// <summary>A list of texts; one text is a list of one.</summary>
    public static string[] Texts(JsonNode? value, string path) => value switch
    {
        null => [],
        JsonArray list => [.. list.Select((item, i) => Text(item, $"{path}[{i}]") ?? throw FileErrors.Invalid($"{path}[{i}]", "must be a text."))],
        JsonValue single => [Text(single, path)!],
        _ => throw FileErrors.Invalid(path, "must be a list of texts."),
    };

    public static JsonElement Element(JsonNode value) => JsonElement.Parse(value.ToJsonString());

    /// <summary>Refuses members that are not known.</summary>
    public static void Only(JsonObject mapping, string path, params string[] known) => Only(mapping, path, default, known);

    /// <summary>Refuses members that are not known, or tells of them.</summary>
    public static void Only(JsonObject mapping, string path, FileFaults faults, params string[] known)
    {
        foreach (var (name, _) in mapping)
        {
            if (!known.Contains(name)) faults.Tell(FileErrors.Invalid($"{path}.{name}", $"is not known.{Nearest.Hint(name, known)}"));
        }
    }
}
