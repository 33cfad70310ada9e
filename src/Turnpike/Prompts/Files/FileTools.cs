using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Files;

/// <summary>A tool that a <c>.prompt</c> file describes itself: its caller executes it.</summary>
/// <param name="Name">The name the model calls it by.</param>
/// <param name="Description">What it does.</param>
/// <param name="InputSchema">JSON Schema of its arguments.</param>
/// <param name="OutputSchema">JSON Schema of its result, if the file says it.</param>
/// <param name="Strict">Whether the provider must keep to the schema exactly, if the file says it.</param>
public sealed record PromptFileTool(string Name, string? Description, JsonElement InputSchema, JsonElement? OutputSchema, bool? Strict = null);

/// <summary>The tools of a <c>.prompt</c> file: names, and tools described in place.</summary>
internal static class FileTools
{
    public static (IReadOnlyList<string> Names, IReadOnlyList<PromptFileTool> Described) Of(JsonObject front, Picoschema schemas, FileFaults faults)
    {
        var (names, described) = (new List<string>(), new List<PromptFileTool>());
        foreach (var key in (ReadOnlySpan<string>)["tools", "toolDefs"])
        {
            var items = faults.Try(() => Items(front[key], key)) ?? [];
            for (var i = 0; i < items.Length; i++)
            {
                var (item, path) = (items[i], $"{key}[{i}]");
                if (item is JsonObject tool) described.AddRange(faults.Try(() => Described(tool, path, schemas)) is { } known ? [known] : []);
                else names.AddRange(faults.Try(() => FileValues.Text(item, path) ?? throw FileErrors.Invalid(path, "must be a name.")) is { } name ? [name] : []);
            }
        }
        return (names, described);
    }

    private static JsonNode?[] Items(JsonNode? value, string key) => value switch { null => [], JsonArray list => list.ToArray(), JsonValue one => [one], _ => throw FileErrors.Invalid(key, "must be a list of names.") };

    private static PromptFileTool Described(JsonObject tool, string path, Picoschema schemas)
    {
        FileValues.Only(tool, path, "name", "description", "inputSchema", "outputSchema", "strict");
        var name = FileValues.Text(tool["name"], path + ".name") ?? throw FileErrors.Invalid(path, "is a tool without a \"name\".");
        return new(name, FileValues.Text(tool["description"], path + ".description"), Schema("inputSchema") ?? FileValues.Element(new JsonObject { ["type"] = "object" }), Schema("outputSchema"), FileValues.Truth(tool["strict"], path + ".strict"));

        JsonElement? Schema(string key) => tool[key] is { } schema ? FileValues.Element(schemas.Expand(schema, $"{path}.{key}")) : null;
    }
}
