using System.Text.Json.Nodes;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Prompts.Files;

/// <summary>Makes a prompt of the parts of a <c>.prompt</c> file.</summary>
internal static class PromptFileReader
{
    private static readonly string[] Plain = ["name", "variant", "version", "description", "model", "config", "input", "output", "tools", "toolDefs", "metadata"];

    /// <summary>Reads a file's prompt.</summary>
    /// <param name="text">The file.</param>
    /// <param name="front">Its front matter.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="options">What reading may ask for.</param>
    /// <param name="faults">Hears of what cannot be read, which is then left out.</param>
    public static PromptFileContent Read(string text, FrontMatter front, PromptFileParts parts, PromptFileOptions options, FileFaults faults)
    {
        var (plain, own, schemas) = (front.Plain, front.Own, new Picoschema(options.Schemas));
        var input = Mapping(plain["input"], "input") ?? [];
        var schema = input["schema"] is { } given ? faults.Try(() => schemas.Expand(given, "input.schema")) : null;
        var (tools, described) = FileTools.Of(plain, schemas, faults);
        var messages = faults.Try(() => PromptFileBody.Messages(Template(text, parts)));
        var mcp = Mapping(own["mcp"], "turnpike.mcp") ?? [];
        FileValues.Only(mcp, "turnpike.mcp", faults, "prompt", "tool");
        var prompt = new Prompt
        {
            Key = options.Key ?? faults.Try(() => Key(plain)) ?? "",
            Title = Text(own["title"], "turnpike.title"),
            Description = Text(plain["description"], "description"),
            Tags = Texts(own["tags"], "turnpike.tags"),
            Messages = messages ?? [],
            Body = messages is null ? parts.Body : null,
            Variables = faults.Try(() => SchemaVariables.Of(schema, Mapping(input["default"], "input.default"), Mapping(own["variables"], "turnpike.variables"), faults)) ?? [],
            InferVariables = schema is null || schema["additionalProperties"] is JsonObject,
            Model = Text(plain["model"], "model"),
            Fallback = Texts(own["fallback"], "turnpike.fallback"),
            Parameters = FileParameters.Of(front, faults),
            ToolSelection = faults.Try(() => Selection(tools, own["tools"] as JsonObject ?? [])) ?? new() { Add = tools },
            Rules = Texts(own["rules"], "turnpike.rules"),
            Resources = faults.Try(() => FileResources.Of(own["resources"], options.ReadFile, faults)) ?? [],
            Output = faults.Try(() => Output(FileValues.Mapping(plain["output"], "output"), schemas)),
            System = Word(own["system"], "turnpike.system", "append", "replace"),
            ExpandUserText = Truth(own["expandUserText"], "turnpike.expandUserText") ?? false,
            Triggers = Word(own["triggers"], "turnpike.triggers", "on", "off"),
            ClientTools = described.Count == 0 ? null : [.. described.Select(tool => new ClientTool { Name = tool.Name, Description = tool.Description, Schema = tool.InputSchema, Strict = tool.Strict })],
            Approval = faults.Try(() => Approval((own["tools"] as JsonObject)?["approval"])),
            Restart = Truth(own["restart"], "turnpike.restart"),
            OnDisconnect = Word(own["onDisconnect"], "turnpike.onDisconnect", "continue", "cancel") switch { "cancel" => OnDisconnect.Cancel, "continue" => OnDisconnect.Continue, _ => null },
            Store = Truth(own["store"], "turnpike.store"),
            Mcp = mcp.Count == 0 ? null : new(Truth(mcp["prompt"], "turnpike.mcp.prompt"), Truth(mcp["tool"], "turnpike.mcp.tool")),
            Metadata = Mapping(plain["metadata"], "metadata")?.DeepClone() as JsonObject,
            File = text,
        };
        return new(prompt)
        {
            Version = plain["version"]?.ToString(),
            Labels = Texts(own["labels"], "turnpike.labels"),
            Described = described,
            Others = new(plain.Where(pair => !Plain.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))),
        };

        JsonObject? Mapping(JsonNode? value, string path) => faults.Try(() => FileValues.Mapping(value, path));
        string? Text(JsonNode? value, string path) => faults.Try(() => FileValues.Text(value, path));
        string[] Texts(JsonNode? value, string path) => faults.Try(() => FileValues.Texts(value, path)) ?? [];
        bool? Truth(JsonNode? value, string path) => faults.Try(() => FileValues.Truth(value, path));
        string? Word(JsonNode? value, string path, params string[] words) => faults.Try(() => FileValues.Word(value, path, words));
    }

    private static PromptTemplate Template(string text, PromptFileParts parts)
    {
        try
        {
            return PromptTemplate.Parse(parts.Body);
        }
        catch (TurnException error) when (error.Span is { } span)
        {
            var start = parts.BodyStart(text) + span.Start;
            throw new TurnException(error.Code, $"{TemplateErrors.Place(text, start)} of the file: {error.Message[(error.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..]}", error) { Span = new(start, start + span.Length), Field = "file" };
        }
    }

    private static string Key(JsonObject plain)
    {
        var (name, variant) = (FileValues.Text(plain["name"], "name"), FileValues.Text(plain["variant"], "variant"));
        return name is null ? "" : variant is null ? name : $"{name}.{variant}";
    }

    private static PromptOutput? Output(JsonObject? output, Picoschema schemas)
    {
        if (output is null) return null;
        var schema = output["schema"] is { } given ? FileValues.Element(schemas.Expand(given, "output.schema")) : (System.Text.Json.JsonElement?)null;
        var format = FileValues.Word(output["format"], "output.format", "json", "text") ?? (schema is null ? null : "json");
        return format is null ? null : new(schema, format);
    }

    private static NameSelection Selection(IReadOnlyList<string> added, JsonObject own) => new()
    {
        Only = own["only"] is { } only ? FileValues.Texts(only, "turnpike.tools.only") : null,
        Add = added,
        Remove = FileValues.Texts(own["remove"], "turnpike.tools.remove"),
    };

    private static Dictionary<string, ToolDecision>? Approval(JsonNode? value)
    {
        const string Path = "turnpike.tools.approval";
        return FileValues.Mapping(value, Path) is not { Count: > 0 } mapping ? null
            : mapping.ToDictionary(pair => pair.Key, pair => FileValues.Word(pair.Value, $"{Path}.{pair.Key}", "allow", "ask", "deny") switch { "allow" => ToolDecision.Allow, "deny" => ToolDecision.Deny, _ => ToolDecision.Ask }, StringComparer.Ordinal);
    }
}
