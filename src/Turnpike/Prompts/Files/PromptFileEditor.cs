using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.Prompts.Files;

/// <summary>Writes a prompt over the <c>.prompt</c> file that it came from: what did not change stays as it stands, comments and unknown keys included.</summary>
internal static class PromptFileEditor
{
    private const string Own = FrontMatter.Namespace;
    private const string FromAFile = "\0file";

    public static string Write(Prompt prompt, PromptFileOptions options)
    {
        var file = prompt.File!;
        var parts = PromptFileParts.Of(file);
        var before = Before(file, prompt, options);
        var (old, now) = (PromptFileWriter.FrontMatter(before), PromptFileWriter.FrontMatter(prompt));
        var changed = old.Concat(now).Select(pair => pair.Key).Where(key => !JsonNode.DeepEquals(old[key], now[key])).ToHashSet(StringComparer.Ordinal);
        var isBodyKept = PromptFileWriter.Body(before).Trim() == PromptFileWriter.Body(prompt).Trim();
        if (changed.Count == 0 && isBodyKept) return file;

        var newLine = parts.Opening.EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var rest = isBodyKept ? parts.Rest : PromptFileWriter.Body(prompt).Replace("\n", newLine, StringComparison.Ordinal) + newLine;
        if (parts.Yaml is null) return changed.Count == 0 ? rest : $"---\n{Yaml(now)}---\n{rest}";
        if (changed.Count == 0) return parts.Opening + parts.Yaml + parts.Closing + rest;
        return parts.Opening + FrontMatterOf(parts, old, now, changed).ReplaceLineEndings(newLine) + parts.Closing + rest;
    }

    /// <summary>The prompt that the file says. Texts of files beside it are taken from the prompt.</summary>
    private static Prompt Before(string file, Prompt prompt, PromptFileOptions options)
    {
        var before = PromptFile.Read(file, options with { Key = prompt.Key, ReadFile = _ => FromAFile }).Prompt;
        return before with { Resources = [.. before.Resources.Select((resource, i) => resource.Text == FromAFile ? resource with { Text = i < prompt.Resources.Count ? prompt.Resources[i].Text : "" } : resource)] };
    }

    private static string FrontMatterOf(PromptFileParts parts, JsonObject old, JsonObject now, HashSet<string> changed)
    {
        var (yaml, _) = YamlReader.Read(parts.Yaml!, parts.YamlLine, out var keys);
        if (changed.Contains("config") && FrontMatter.Of(yaml).Own is var own && (own.ContainsKey("parameters") || own.ContainsKey("tools"))) changed.Add(Own);
        var lines = parts.Yaml!.ReplaceLineEndings("\n").Split('\n');
        var text = new StringBuilder();
        var written = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (keys.Count > 0 ? keys[0].Line : 0); i++) text.Append(lines[i]).Append('\n');
        foreach (var (key, value) in yaml)
        {
            var group = key.StartsWith(Own + ".", StringComparison.Ordinal) ? Own : key;
            if (!changed.Contains(group)) text.Append(Kept(key, value, keys, lines));
            else if (written.Add(group)) text.Append(Changed(group, yaml, old, now, changed));
        }
        foreach (var (key, _) in now)
        {
            if (changed.Contains(key) && written.Add(key)) text.Append(Changed(key, yaml, old, now, changed));
        }
        return text.ToString();
    }

    /// <summary>A key as it stands in the file, with the comments behind it.</summary>
    private static string Kept(string key, JsonNode? value, IReadOnlyList<(string Key, int Line)> keys, string[] lines)
    {
        var at = keys.ToList().FindIndex(one => one.Key == key);
        if (at < 0) return Yaml(new() { [key] = value?.DeepClone() });
        var end = at + 1 < keys.Count ? keys[at + 1].Line : lines.Length - (lines[^1].Length == 0 ? 1 : 0);
        return string.Concat(lines[keys[at].Line..end].Select(line => line + "\n"));
    }

    private static string Changed(string key, JsonObject yaml, JsonObject old, JsonObject now, HashSet<string> changed)
    {
        if (key == "tools")
        {
            // Tools as the file describes them, with what a prompt cannot hold, as long as they did not change; those of "toolDefs" stand there.
            var said = (yaml[key] as JsonArray ?? []).OfType<JsonObject>().ToArray();
            var before = (old[key] as JsonArray ?? []).OfType<JsonObject>().ToArray();
            var elsewhere = (yaml["toolDefs"] as JsonArray ?? []).OfType<JsonObject>().Select(tool => tool["name"]?.ToString()).ToHashSet();
            var all = new JsonArray();
            foreach (var tool in now[key] as JsonArray ?? [])
            {
                var same = tool is JsonObject one && before.Any(other => JsonNode.DeepEquals(other, one)) ? one["name"]?.ToString() : null;
                if (same is not null && elsewhere.Contains(same)) continue;
                all.Add((same is null ? tool : said.FirstOrDefault(other => other["name"]?.ToString() == same) ?? tool)!.DeepClone());
            }
            return all.Count == 0 ? "" : Yaml(new() { [key] = all });
        }
        var value = key == Own ? OwnOf(FrontMatter.Of(yaml).Own, old[Own] as JsonObject ?? [], now[Own] as JsonObject ?? [], changed.Contains("config")) : now[key];
        return value is null or JsonObject { Count: 0 } ? "" : Yaml(new() { [key] = value.DeepClone() });
    }

    /// <summary>Our own settings: those that did not change as they stand in the file, those that a prompt cannot hold too.</summary>
    private static JsonObject OwnOf(JsonObject file, JsonObject old, JsonObject now, bool hasNewConfig)
    {
        var own = new JsonObject();
        foreach (var (name, value) in file)
        {
            var isKept = JsonNode.DeepEquals(old[name], now[name]);
            if (hasNewConfig && name == "parameters") continue;
            if (hasNewConfig && name == "tools") Add(name, now["tools"]);
            else if (name == "tools" && !isKept && value is JsonObject tools)
            {
                var changed = (JsonObject)tools.DeepClone();
                changed.Remove("approval");
                if (now["tools"]?["approval"] is { } approval) changed["approval"] = approval.DeepClone();
                Add(name, changed.Count == 0 ? null : changed);
            }
            else Add(name, isKept ? value : now[name]);
        }
        foreach (var (name, value) in now) if (!file.ContainsKey(name)) Add(name, value);
        return own;

        void Add(string name, JsonNode? value)
        {
            if (value is not null) own[name] = value.DeepClone();
        }
    }

    private static string Yaml(JsonObject mapping)
    {
        var text = new StringBuilder();
        YamlText.Write(text, mapping, indent: 0);
        return text.ToString();
    }
}
