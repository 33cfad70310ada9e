using System.Text.Json.Nodes;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Prompts.Files;

/// <summary>Makes a prompt of the parts of a <c>.prompt</c> file.</summary>
internal static class PromptFileReader
{
    private static readonly string[] Plain = ["name", "variant", "version", "description", "model", "config", "input", "output", "tools", "toolDefs", "metadata"];

    public static PromptFileContent Read(string text, FrontMatter front, PromptFileParts parts, PromptFileOptions options)
    {
        var (plain, own, schemas) = (front.Plain, front.Own, new Picoschema(options.Schemas));
        var input = FileValues.Mapping(plain["input"], "input") ?? [];
        var schema = input["schema"] is { } given ? schemas.Expand(given, "input.schema") : null;
        var (tools, described) = FileTools.Of(plain, schemas);
        var messages = options.Fault is not null && !IsTemplate(parts.Body) ? null : PromptFileBody.Messages(Template(text, parts)); // who hears of faults reads the body as well
        var mcp = FileValues.Mapping(own["mcp"], "turnpike.mcp") ?? [];
        FileValues.Only(mcp, "turnpike.mcp", "prompt", "tool");
        var prompt = new Prompt
        {
            Key = options.Key ?? Key(plain),
            Title = FileValues.Text(own["title"], "turnpike.title"),
            Description = FileValues.Text(plain["description"], "description"),
            Tags = FileValues.Texts(own["tags"], "turnpike.tags"),
            Messages = messages ?? [],
            Body = messages is null ? parts.Body : null,
            Variables = SchemaVariables.Of(schema, FileValues.Mapping(input["default"], "input.default"), FileValues.Mapping(own["variables"], "turnpike.variables")),
            InferVariables = schema is null || schema["additionalProperties"] is JsonObject,
            Model = FileValues.Text(plain["model"], "model"),
            Fallback = FileValues.Texts(own["fallback"], "turnpike.fallback"),
            Parameters = FileParameters.Of(front, options.Fault),
            ToolSelection = Selection(tools, FileValues.Mapping(own["tools"], "turnpike.tools") ?? []),
            Rules = FileValues.Texts(own["rules"], "turnpike.rules"),
            Resources = FileResources.Of(own["resources"], options.ReadFile),
            Output = Output(FileValues.Mapping(plain["output"], "output"), schemas),
            System = FileValues.Word(own["system"], "turnpike.system", "append", "replace"),
            ExpandUserText = FileValues.Truth(own["expandUserText"], "turnpike.expandUserText") ?? false,
            Triggers = FileValues.Word(own["triggers"], "turnpike.triggers", "on", "off"),
            ClientTools = described.Count == 0 ? null : [.. described.Select(tool => new ClientTool { Name = tool.Name, Description = tool.Description, Schema = tool.InputSchema, Strict = tool.Strict })],
            Approval = Approval(FileValues.Mapping(own["tools"], "turnpike.tools")?["approval"]),
            Restart = FileValues.Truth(own["restart"], "turnpike.restart"),
            OnDisconnect = FileValues.Word(own["onDisconnect"], "turnpike.onDisconnect", "continue", "cancel") switch { "cancel" => OnDisconnect.Cancel, "continue" => OnDisconnect.Continue, _ => null },
            Store = FileValues.Truth(own["store"], "turnpike.store"),
            Mcp = mcp.Count == 0 ? null : new(FileValues.Truth(mcp["prompt"], "turnpike.mcp.prompt"), FileValues.Truth(mcp["tool"], "turnpike.mcp.tool")),
            Metadata = FileValues.Mapping(plain["metadata"], "metadata")?.DeepClone() as JsonObject,
            File = text,
        };
        return new(prompt)
        {
            Version = plain["version"]?.ToString(),
            Labels = FileValues.Texts(own["labels"], "turnpike.labels"),
            Described = described,
            Others = new(plain.Where(pair => !Plain.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))),
        };
    }

    private static bool IsTemplate(string body)
    {
        try
        {
            PromptTemplate.Parse(body);
            return true;
        }
        catch (TurnException)
        {
            return false;
        }
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
