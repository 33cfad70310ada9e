using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Writes a prompt over the <c>.prompt</c> file that it came from: what did not change stays as it stands, comments and unknown keys included.</summary>
internal static class PromptFileEditor
{
    private static readonly byte[] FromAFile = "\0file"u8.ToArray();

    public static string Write(Prompt prompt, PromptFileOptions options)
    {
        try
        {
            return WriteOver(prompt, Before(prompt, options), options);
        }
        catch (TurnException) when (!IsReadable(prompt, options)) // an older program kept one that says too little: it is written anew
        {
            return PromptFileWriter.Write(prompt);
        }
    }

    private static string WriteOver(Prompt prompt, Prompt before, PromptFileOptions options)
    {
        var parts = PromptFileParts.Of(prompt.File!);
        var (old, now) = (PromptFileWriter.FrontMatter(before), PromptFileWriter.FrontMatter(prompt));
        if (now["output"] is JsonObject output && output["schema"] is not null) output.TryAdd("format", "json"); // as every file with a schema is read
        var isFrontKept = ForeignJson.AreSame(old, now);
        var body = Body(parts, before, prompt);
        if (isFrontKept) return body == parts.Body ? prompt.File! : parts.Opening + parts.Yaml + parts.Closing + Rest(parts, body);
        if (parts.Yaml is null) return $"---\n{new YamlEditor("").Write([], now, null)}---\n{PromptFileParts.Ended(body)}";

        var (yaml, _) = YamlReader.Read(parts.Yaml, parts.YamlLine, out var block);
        var merged = FrontMatterMerge.Of(yaml, old, now);
        var written = parts.Opening + Lines(new YamlEditor(parts.Yaml).Write(yaml, merged, block), parts) + parts.Closing + Rest(parts, body);
        if (Says(written, prompt, now, options)) return written;
        var anew = parts.Opening + Lines(new YamlEditor("").Write([], merged, null), parts) + parts.Closing + Rest(parts, body);
        return Says(anew, prompt, now, options) ? anew : PromptFileWriter.Write(prompt);
    }

    private static bool IsReadable(Prompt prompt, PromptFileOptions options)
    {
        try
        {
            Before(prompt, options);
            return true;
        }
        catch (TurnException)
        {
            return false;
        }
    }

    /// <summary>Whether a front matter still says what it should: an alias may have lost the value that it names.</summary>
    private static bool Says(string file, Prompt prompt, JsonObject now, PromptFileOptions options)
    {
        try
        {
            return ForeignJson.AreSame(PromptFileWriter.FrontMatter(Before(prompt with { File = file }, options)), now);
        }
        catch (TurnException)
        {
            return false;
        }
    }

    /// <summary>The prompt that its file says. What is in files beside it is taken from the prompt.</summary>
    private static Prompt Before(Prompt prompt, PromptFileOptions options)
    {
        var before = PromptFile.Read(prompt.File!, options with { Key = prompt.Key, ReadFile = _ => FromAFile }).Prompt;
        return before with { Resources = [.. before.Resources.Select((resource, i) => IsFromAFile(resource) ? resource with { Text = Of(i)?.Text, Data = Of(i)?.Data } : resource)] };

        ResourceInput? Of(int i) => i < prompt.Resources.Count ? prompt.Resources[i] : null;
    }

    private static bool IsFromAFile(ResourceInput resource) => resource.Text?.AsSpan().SequenceEqual("\0file") is true || resource.Data == Convert.ToBase64String(FromAFile);

    /// <summary>The body: as it stands, else with the texts that changed put in their places, else written anew.</summary>
    private static string Body(PromptFileParts parts, Prompt before, Prompt prompt)
    {
        if (prompt.Body is not null || before.Body is not null) return PromptFileWriter.Body(before) == PromptFileWriter.Body(prompt) ? parts.Body : PromptFileWriter.Body(prompt);
        if (AreEqual(before.Messages, prompt.Messages)) return parts.Body;
        var (body, edited, from) = (parts.Body, new StringBuilder(), 0);
        var places = PromptFileBody.Placed(PromptTemplate.Parse(body))!;
        for (var i = 0; i < places.Count && places.Count == prompt.Messages.Count; i++)
        {
            if (prompt.Messages[i].Content is not [{ Type: "text", Text: { } text }] || places[i].Message.Content is not [var stood] || text == stood.Text) continue;
            edited.Append(body, from, places[i].Start - from).Append(text);
            from = places[i].Start + places[i].Length;
        }
        body = edited.Append(body, from, body.Length - from).ToString();
        return AreEqual(Read(body), prompt.Messages) ? body : PromptFileWriter.Body(prompt);
    }

    private static IReadOnlyList<PromptMessage> Read(string body)
    {
        try
        {
            return PromptFileBody.Messages(PromptTemplate.Parse(body)) ?? [];
        }
        catch (TurnException)
        {
            return [];
        }
    }

    private static bool AreEqual(IReadOnlyList<PromptMessage> some, IReadOnlyList<PromptMessage> others) =>
        some.Count == others.Count && some.Zip(others).All(pair => pair.First.Role == pair.Second.Role && pair.First.Content.SequenceEqual(pair.Second.Content));

    /// <summary>What stands behind the front matter: the white space around the body stays.</summary>
    private static string Rest(PromptFileParts parts, string body)
    {
        if (body == parts.Body) return parts.Rest;
        if (parts.Yaml is null) return body;
        var start = parts.Rest.Length - parts.Rest.AsSpan().TrimStart().Length;
        var end = parts.Rest.AsSpan().TrimEnd().Length;
        return parts.Rest[..Math.Min(start, parts.Rest.Length)] + Lines(PromptFileParts.Ended(body).Trim(), parts) + (end > start ? parts.Rest[end..] : "");
    }

    private static string Lines(string text, PromptFileParts parts) =>
        parts.Opening.EndsWith("\r\n", StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal) : text;
}
