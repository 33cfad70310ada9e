using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Turnpike.Prompts.Files;

/// <summary>YAML as JSON: plain scalars by YAML's core schema, quoted ones as text. Anchors are refused and depth is bounded, so a small file stays small.</summary>
internal static partial class YamlJson
{
    private const int Deepest = 32;
    private const int Longest = 256 * 1024;

    /// <exception cref="TurnException"><c>request_invalid</c> with line and column.</exception>
    public static JsonObject Parse(string yaml, int firstLine)
    {
        if (yaml.Length > Longest) throw Invalid(firstLine, 1, $"the front matter is longer than {Longest / 1024} KiB.");
        try
        {
            CheckEvents(yaml, firstLine);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents.Count == 0) return [];
            if (stream.Documents.Count > 1) throw Invalid(firstLine, 1, "the front matter holds more than one document.");
            var root = stream.Documents[0].RootNode;
            return root switch
            {
                YamlMappingNode mapping => Object(mapping, firstLine),
                YamlScalarNode { Value: null or "" } => [],
                _ => throw Invalid(firstLine + (int)root.Start.Line - 1, (int)root.Start.Column, "the front matter must be a mapping (key: value)."),
            };
        }
        catch (YamlException error)
        {
            throw Invalid(firstLine + (int)error.Start.Line - 1, (int)error.Start.Column, error.InnerException is null ? error.Message : error.InnerException.Message);
        }
    }

    private static void CheckEvents(string yaml, int firstLine)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            var happened = parser.Current!;
            depth += happened.NestingIncrease;
            if (depth > Deepest + 2) throw Invalid(firstLine + (int)happened.Start.Line - 1, (int)happened.Start.Column, $"the front matter is nested more than {Deepest} deep.");
            if (happened is YamlDotNet.Core.Events.AnchorAlias or YamlDotNet.Core.Events.NodeEvent { Anchor.IsEmpty: false })
                throw Invalid(firstLine + (int)happened.Start.Line - 1, (int)happened.Start.Column, "anchors and aliases (& and *) are not taken; quote a text that begins with one of these.");
        }
    }

    private static JsonObject Object(YamlMappingNode mapping, int firstLine)
    {
        var result = new JsonObject();
        foreach (var (key, value) in mapping)
        {
            if (key is not YamlScalarNode { Value: { } name }) throw Invalid(firstLine + (int)key.Start.Line - 1, (int)key.Start.Column, "a key must be a plain text.");
            result[name] = Node(value, firstLine);
        }
        return result;
    }

    private static JsonNode? Node(YamlNode node, int firstLine) => node switch
    {
        YamlMappingNode mapping => Object(mapping, firstLine),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(item => Node(item, firstLine))]),
        YamlScalarNode scalar => Scalar(scalar),
        _ => null,
    };

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)) return text;
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ when Whole().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ when Decimal().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => text,
        };
    }

    private static TurnException Invalid(int line, int column, string message) => new(TurnErrorCode.RequestInvalid, $"Line {line}, column {column}: {message}") { Field = "file" };

    [GeneratedRegex(@"^[-+]?[0-9]+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Decimal();
}
