using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Writes prompts as <c>.prompt</c> files. What is written reads back as a prompt that makes the same model requests.</summary>
internal static class PromptFileWriter
{
    public static string Write(Prompt prompt)
    {
        var front = FrontMatter(prompt);
        var body = prompt.Body ?? Body(prompt.Messages);
        if (front.Count == 0) return body;
        var file = new StringBuilder("---\n");
        YamlText.Write(file, front, indent: 0);
        file.Append("---\n").Append(body);
        if (!body.EndsWith('\n')) file.Append('\n');
        return file.ToString();
    }

    private static JsonObject FrontMatter(Prompt prompt)
    {
        var front = new JsonObject();
        Add(front, "description", prompt.Description);
        Add(front, "model", prompt.Model);
        if (prompt.Parameters is { } parameters) Add(front, "config", JsonSerializer.SerializeToNode(parameters, TurnpikeJson.Relaxed.TurnParameters) as JsonObject);
        if (!prompt.InferVariables) front["input"] = VariableSchema.Input(prompt.Variables);
        if (prompt.Output is { } output) Add(front, "output", Output(output));
        Add(front, "tools", Texts(prompt.Tools));
        Add(front, "metadata", prompt.Metadata?.DeepClone() as JsonObject);
        Add(front, "turnpike", Own(prompt));
        return front;
    }

    private static JsonObject Own(Prompt prompt)
    {
        var own = new JsonObject();
        Add(own, "title", prompt.Title);
        Add(own, "tags", Texts(prompt.Tags));
        Add(own, "variables", VariableSchema.Refinements(prompt.Variables));
        Add(own, "rules", Texts(prompt.Rules));
        Add(own, "fallback", Texts(prompt.Fallback));
        Add(own, "system", prompt.System);
        if (prompt.ExpandUserText) own["expandUserText"] = true;
        Add(own, "triggers", prompt.Triggers);
        return own;
    }

    private static JsonObject Output(PromptOutput output)
    {
        var written = new JsonObject();
        Add(written, "format", output.Format);
        if (output.Schema is { } schema) written["schema"] = JsonNode.Parse(schema.GetRawText());
        return written;
    }

    private static string Body(IReadOnlyList<PromptMessage> messages)
    {
        var body = new StringBuilder();
        foreach (var message in messages)
        {
            if (message.Role == "history")
            {
                body.Append("{{history}}\n");
                continue;
            }
            body.Append("{{role \"").Append(message.Role == "assistant" ? "model" : message.Role).Append("\"}}");
            foreach (var part in message.Content) body.Append(part.Type == "media" ? Media(part) : part.Text);
            if (body[^1] != '\n') body.Append('\n');
        }
        return body.ToString();
    }

    private static string Media(PromptPart part)
    {
        var source = part.Url ?? part.File ?? "";
        var isVariable = source.StartsWith("{{", StringComparison.Ordinal) && source.EndsWith("}}", StringComparison.Ordinal);
        var type = part.MediaType is { } mediaType ? $" contentType=\"{mediaType}\"" : "";
        return $"{{{{media url={(isVariable ? source[2..^2].Trim() : $"\"{source}\"")}{type}}}}}";
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
