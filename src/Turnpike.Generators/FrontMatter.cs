using YamlDotNet.RepresentationModel;

namespace Turnpike.Generators;

/// <summary>The mapping at the head of a <c>.prompt</c> file, between two lines of <c>---</c>.</summary>
internal static class FrontMatter
{
    /// <summary>The mapping; null when the file begins with its template.</summary>
    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML, or too deep or too large.</exception>
    public static YamlMappingNode? Of(string text)
    {
        using var reader = new StringReader(text.TrimStart('\uFEFF'));
        string? line;
        do line = reader.ReadLine();
        while (line is not null && (line.Trim().Length == 0 || line.StartsWith("#", StringComparison.Ordinal)));
        if (line?.TrimEnd() != "---") return null;
        var yaml = new List<string>();
        while ((line = reader.ReadLine()) is not null && line.TrimEnd() != "---") yaml.Add(line);
        if (line is null) return null;
        var (stream, head) = (new YamlStream(), string.Join("\n", yaml));
        YamlBounds.Check(head);
        stream.Load(new StringReader(head));
        return stream.Documents.Count == 0 ? new() : stream.Documents[0].RootNode as YamlMappingNode;
    }

    /// <summary>What a mapping has under a dotted path, however the path is cut into keys and mappings: <c>a.b: {c: 1}</c>, <c>a: {b.c: 1}</c>.</summary>
    public static IEnumerable<KeyValuePair<string, YamlNode>> Under(YamlNode? node, string path)
    {
        if (node is not YamlMappingNode mapping) yield break;
        foreach (var pair in mapping.Children)
        {
            if (pair.Key is not YamlScalarNode { Value: { } key }) continue;
            if (key == path)
            {
                foreach (var child in Fields(pair.Value)) yield return child;
            }
            else if (path.StartsWith(key + ".", StringComparison.Ordinal))
            {
                foreach (var child in Under(pair.Value, path.Substring(key.Length + 1))) yield return child;
            }
            else if (key.StartsWith(path + ".", StringComparison.Ordinal))
            {
                yield return new(key.Substring(path.Length + 1), pair.Value);
            }
        }
    }

    /// <summary>The members of a mapping; none of anything else.</summary>
    public static IEnumerable<KeyValuePair<string, YamlNode>> Fields(YamlNode? node) =>
        node is YamlMappingNode mapping ? mapping.Children.Where(pair => pair.Key is YamlScalarNode).Select(pair => new KeyValuePair<string, YamlNode>(((YamlScalarNode)pair.Key).Value ?? "", pair.Value)) : [];

    /// <summary>A member of a mapping.</summary>
    public static YamlNode? Field(YamlNode? node, string name) => Fields(node).Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

    /// <summary>The text of a scalar that is not null.</summary>
    public static string? Text(YamlNode? node) => node is YamlScalarNode { Value: { Length: > 0 } value } scalar && (scalar.Style != YamlDotNet.Core.ScalarStyle.Plain || value is not ("null" or "~")) ? value : null;
}
