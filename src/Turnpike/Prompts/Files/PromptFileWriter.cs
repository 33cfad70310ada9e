using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Writes prompts as <c>.prompt</c> files. What is written reads back as a prompt that makes the same model requests; an empty comment keeps the white space at the end, which the format trims.</summary>
internal static class PromptFileWriter
{
    /// <summary>Where members stand that only the provider knows, if they have the name of a parameter.</summary>
    public const string More = "providerOptions";

    /// <summary>What the format calls the parameter <c>stop</c>.</summary>
    public const string Stop = "stopSequences";

    public static string Write(Prompt prompt)
    {
        var front = FrontMatter(prompt);
        var body = Body(prompt);
        if (front.Count == 0) return body;
        var file = new StringBuilder("---\n");
        YamlText.Write(file, front, indent: 0);
        return file.Append("---\n").Append(PromptFileParts.Ended(body)).Append('\n').ToString();
    }

    /// <summary>The body: a whole one as it is, messages with their roles.</summary>
    public static string Body(Prompt prompt) => prompt.Body ?? PromptFileBody.Of(prompt.Messages);

    /// <summary>All that a prompt says beside its messages, in the order in which it is written.</summary>
    public static JsonObject FrontMatter(Prompt prompt)
    {
        var front = new JsonObject();
        Add(front, "description", prompt.Description);
        Add(front, "model", prompt.Model);
        if (prompt.Parameters is { } parameters) Add(front, "config", Config(parameters));
        if (!prompt.InferVariables) front["input"] = VariableSchema.Input(prompt.Variables);
        else if (prompt.Variables.Count > 0) front["input"] = VariableSchema.OpenInput(prompt.Variables);
        if (prompt.Output is { } output) Add(front, "output", Output(output));
        Add(front, "tools", new JsonArray([.. prompt.Tools.Select(name => (JsonNode)name), .. (prompt.ClientTools ?? []).Select(Described)]));
        Add(front, "metadata", prompt.Metadata?.DeepClone() as JsonObject);
        Add(front, "turnpike", Own(prompt));
        return front;
    }

    /// <summary>Parameters by the names that other readers of the format know; members that only the provider knows stand beside them.</summary>
    private static JsonObject Config(TurnParameters parameters)
    {
        var config = new JsonObject();
        foreach (var (name, value) in (JsonObject)JsonSerializer.SerializeToNode(parameters, TurnpikeJson.Relaxed.TurnParameters)!)
        {
            if (name == More && value is JsonObject options) foreach (var (inner, member) in options) (ParameterTable.Find(inner) is null ? config : Inside(config))[inner] = member?.DeepClone();
            else config[name == "stop" ? Stop : name] = value?.DeepClone();
        }
        return config;

        static JsonObject Inside(JsonObject config) => (JsonObject)(config[More] ??= new JsonObject());
    }

    private static JsonObject Own(Prompt prompt)
    {
        var own = new JsonObject();
        Add(own, "title", prompt.Title);
        Add(own, "tags", Texts(prompt.Tags));
        Add(own, "variables", VariableSchema.Refinements(prompt.Variables));
        Add(own, "resources", new JsonArray([.. prompt.Resources.Select(Resource)]));
        Add(own, "rules", Texts(prompt.Rules));
        Add(own, "fallback", Texts(prompt.Fallback));
        Add(own, "system", prompt.System);
        if (prompt.ExpandUserText) own["expandUserText"] = true;
        Add(own, "triggers", prompt.Triggers);
        Add(own, "tools", Tools(prompt));
        if (prompt.Restart is { } restart) own["restart"] = restart;
        Add(own, "onDisconnect", prompt.OnDisconnect?.ToString().ToLowerInvariant());
        if (prompt.Store is { } store) own["store"] = store;
        if (prompt.Mcp is { } mcp)
        {
            var offered = new JsonObject();
            if (mcp.Prompt is { } asPrompt) offered["prompt"] = asPrompt;
            if (mcp.Tool is { } asTool) offered["tool"] = asTool;
            Add(own, "mcp", offered);
        }
        return own;
    }

    /// <summary>What the list of tools cannot say.</summary>
    private static JsonObject Tools(Prompt prompt)
    {
        var tools = new JsonObject();
        if (prompt.ToolSelection.Only is { } only) tools["only"] = new JsonArray([.. only.Select(name => (JsonNode)name)]);
        Add(tools, "remove", Texts(prompt.ToolSelection.Remove));
        if (prompt.Approval is { } approval) Add(tools, "approval", new JsonObject(approval.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.ToString().ToLowerInvariant()))));
        return tools;
    }

    private static JsonNode Described(ClientTool tool)
    {
        var written = new JsonObject { ["name"] = tool.Name };
        Add(written, "description", tool.Description);
        if (tool.Schema is { } schema) written["inputSchema"] = JsonNode.Parse(schema.GetRawText());
        if (tool.Strict is { } strict) written["strict"] = strict;
        return written;
    }

    private static JsonObject Resource(ResourceInput resource)
    {
        var written = new JsonObject { ["kind"] = resource.Kind };
        Add(written, "title", resource.Title);
        Add(written, "text", resource.Text);
        Add(written, "url", resource.Url ?? (resource.Data is { } data ? $"data:{resource.MediaType};base64,{data}" : null));
        Add(written, "upload", resource.File);
        Add(written, "path", resource.Path);
        Add(written, "ref", resource.Ref);
        Add(written, "id", resource.Id);
        Add(written, "mediaType", resource.MediaType);
        Add(written, "format", resource.Format);
        Add(written, "detail", resource.Detail);
        if (resource.Policy != ResourcePolicy.Once) written["policy"] = resource.Policy == ResourcePolicy.Sticky ? "sticky" : "refresh";
        return written;
    }

    private static JsonObject Output(PromptOutput output)
    {
        var written = new JsonObject();
        Add(written, "format", output.Format);
        if (output.Schema is { } schema) written["schema"] = JsonNode.Parse(schema.GetRawText());
        return written;
    }

    private static JsonArray? Texts(IReadOnlyList<string> texts) => texts.Count == 0 ? null : [.. texts.Select(text => (JsonNode)text)];

    private static void Add(JsonObject to, string name, string? text)
    {
        if (text is not null) to[name] = text;
    }

    private static void Add(JsonObject to, string name, JsonNode? value)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) to[name] = value;
    }
}
