using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Files;

/// <summary>Writes a mapping over the YAML that it came from, line by line: what did not change keeps its lines, comments and blank lines stay.</summary>
/// <param name="yaml">The YAML.</param>
internal sealed class YamlEditor(string yaml)
{
    private readonly string[] _lines = Lines(yaml);

    /// <summary>The text of a mapping that was read as <paramref name="old"/> and is now <paramref name="now"/>.</summary>
    /// <param name="old">What the YAML says.</param>
    /// <param name="now">What it should say.</param>
    /// <param name="block">Where its keys stand; null when they do not stand on lines of their own.</param>
    public string Write(JsonObject old, JsonObject now, YamlBlock? block)
    {
        var text = new StringBuilder();
        if (block is not { Entries.Count: > 0 }) YamlText.Write(text, now, indent: 0);
        else
        {
            Take(text, 0, block.Entries[0].Line);
            Block(text, old, now, block, _lines.Length);
        }
        return text.ToString();
    }

    private void Block(StringBuilder text, JsonObject old, JsonObject now, YamlBlock block, int end)
    {
        var added = new JsonObject(now.Where(pair => !old.ContainsKey(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        for (var i = 0; i < block.Entries.Count; i++)
        {
            var isLast = i + 1 == block.Entries.Count;
            var (key, line, inner) = block.Entries[i];
            var next = isLast ? end : block.Entries[i + 1].Line;
            var behind = Behind(line, next);
            if (now.TryGetPropertyValue(key, out var value)) Entry(text, key, old[key], value, (line, behind, inner), block.Column);
            if (isLast) YamlText.Write(text, added, block.Column);
            Take(text, behind, next);
        }
    }

    private void Entry(StringBuilder text, string key, JsonNode? old, JsonNode? now, (int Line, int End, YamlBlock? Inner) place, int column)
    {
        if (ForeignJson.AreSame(old, now)) Take(text, place.Line, place.End);
        else if (place.Inner is { Entries.Count: > 0 } inner && old is JsonObject before && now is JsonObject { Count: > 0 } after)
        {
            Take(text, place.Line, inner.Entries[0].Line);
            Block(text, before, after, inner, place.End);
        }
        else YamlText.Write(text, new() { [key] = now?.DeepClone() }, column);
    }

    /// <summary>The line on which the comments and blank lines behind an entry begin.</summary>
    private int Behind(int line, int next)
    {
        while (next > line + 1 && _lines[next - 1].TrimStart() is "" or ['#', ..]) next--;
        return next;
    }

    private void Take(StringBuilder text, int from, int to)
    {
        for (var i = from; i < to; i++) text.Append(_lines[i]).Append('\n');
    }

    private static string[] Lines(string yaml)
    {
        var lines = yaml.ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
