using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Reads <c>.prompt</c> files: YAML front matter and a Handlebars body, as dotprompt has them (https://google.github.io/dotprompt/), with our own settings under <c>turnpike.</c>.</summary>
public static class PromptFile
{
    /// <summary>The ending of the files' names.</summary>
    public const string Extension = ".prompt";

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="key">The key of the prompt, from the file's name; null: the front matter's <c>name</c>, else none.</param>
    /// <exception cref="TurnException"><c>request_invalid</c> or <c>template_invalid</c> with line and column or the key's path.</exception>
    public static Prompt Parse(string text, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = PromptFileParts.Of(text);
        var front = parts.FrontMatter is null ? new FrontMatter([], []) : FrontMatter.Nested(YamlJson.Parse(parts.FrontMatter, parts.FrontMatterLine));
        var ours = front.Own;
        var schema = front.Plain["input"]?["schema"] is { } given ? Picoschema.Expand(given, "input.schema") : null;
        var prompt = new Prompt
        {
            Key = key ?? front.Text("name") ?? "",
            Title = front.OwnText("title"),
            Description = front.Text("description"),
            Tags = FrontMatter.Texts(ours["tags"], "turnpike.tags"),
            Body = parts.Body,
            Variables = schema is null ? [] : SchemaVariables.Of(schema, front.Plain["input"]?["default"] as JsonObject, ours["variables"] as JsonObject),
            InferVariables = schema is null,
            Model = front.Text("model"),
            Fallback = FrontMatter.Texts(ours["fallback"], "turnpike.fallback"),
            Parameters = Parameters(front),
            Tools = FrontMatter.Texts(front.Plain["tools"], "tools"),
            Rules = FrontMatter.Texts(ours["rules"], "turnpike.rules"),
            Output = Output(front.Plain["output"] as JsonObject),
            System = front.OwnText("system"),
            ExpandUserText = ours["expandUserText"]?.GetValueKind() == JsonValueKind.True,
            Triggers = front.OwnText("triggers"),
            Metadata = front.Plain["metadata"]?.DeepClone() as JsonObject,
        };
        _ = new CompiledPrompt(prompt);
        return prompt;
    }

    /// <summary>Writes a file that reads back as this prompt; what only says where it is kept (key, version, labels, dates) is left out.</summary>
    public static string Write(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return PromptFileWriter.Write(prompt);
    }

    /// <summary>The key of a prompt from the path of its file: folders stay, the ending goes.</summary>
    public static string KeyOf(string path) => path.Replace('\\', '/').TrimStart('.', '/') is var plain && plain.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? plain[..^Extension.Length] : plain;

    private static TurnParameters? Parameters(FrontMatter front)
    {
        var known = new JsonObject();
        var more = new JsonObject();
        foreach (var (name, value) in front.Plain["config"] as JsonObject ?? [])
        {
            if (ParameterTable.Find(name) is { } parameter) known[parameter.Name] = value?.DeepClone();
            else more[name] = value?.DeepClone();
        }
        foreach (var (name, value) in front.Own["parameters"] as JsonObject ?? []) known[ParameterTable.Get(name).Name] = value?.DeepClone();
        foreach (var (name, value) in front.Own["tools"] as JsonObject ?? [])
        {
            if (name is "maxSteps") known["maxSteps"] = value?.DeepClone();
            else if (name is "parallel") known["parallelToolCalls"] = value?.DeepClone();
            else if (name is "choice" or "require") known["toolChoice"] = value?.DeepClone();
            else throw new TurnException(TurnErrorCode.RequestInvalid, $"There is no key \"turnpike.tools.{name}\".") { Field = "turnpike.tools." + name };
        }
        if (more.Count > 0) known["providerOptions"] = more;
        return known.Count == 0 ? null : ParameterTable.Read(JsonSerializer.SerializeToElement(known, TurnpikeJson.Relaxed.JsonObject));
    }

    private static PromptOutput? Output(JsonObject? output)
    {
        if (output is null) return null;
        var schema = output["schema"] is { } given ? JsonSerializer.SerializeToElement(Picoschema.Expand(given, "output.schema"), TurnpikeJson.Relaxed.JsonObject) : (JsonElement?)null;
        return new(schema, (string?)output["format"] ?? (schema is null ? null : "json"));
    }
}
