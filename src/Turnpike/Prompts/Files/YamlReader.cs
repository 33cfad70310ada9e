using System.Text.Json.Nodes;
using Turnpike.Turns;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Turnpike.Prompts.Files;

/// <summary>
/// Reads YAML as JSON, event by event, so that depth, size and what aliases make of it are bounded before they cost anything. Tags are refused: they name code.
/// </summary>
internal sealed class YamlReader
{
    private const int Longest = 256 * 1024;
    private const int Deepest = 32;
    private const int MostNodes = 20_000;
    private const int MostCharacters = 1 << 20;
    private const int MostPaths = 4 << 20;
    private const int LongestKey = 1000;

    private readonly Parser _events;
    private readonly int _firstLine;
    private readonly Dictionary<string, (JsonNode? Node, int Nodes, int Characters)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private int _characters;
    private long _paths;

    private YamlReader(string yaml, int firstLine) => (_events, _firstLine) = (new(new StringReader(yaml)), firstLine);

    public YamlPlaces Places { get; } = new();

    /// <summary>The mapping that ended last, where its keys stand on lines of their own; null for any other value.</summary>
    private YamlBlock? _block;

    /// <summary>The mapping that a text holds, and where its keys stand.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="firstLine">The line of the file, from 1, on which it begins.</param>
    /// <exception cref="TurnException"><c>request_invalid</c> with line and column.</exception>
    public static (JsonObject Root, YamlPlaces Places) Read(string yaml, int firstLine) => Read(yaml, firstLine, out _);

    /// <summary>The mapping that a text holds, and the lines of its keys.</summary>
    public static (JsonObject Root, YamlPlaces Places) Read(string yaml, int firstLine, out YamlBlock? block)
    {
        if (yaml.Length > Longest) throw FileErrors.At(firstLine, 1, $"the front matter is longer than {Longest / 1024} KiB.");
        var reader = new YamlReader(yaml, firstLine);
        try
        {
            var root = reader.Document();
            block = reader._block;
            return (root, reader.Places);
        }
        catch (YamlException error)
        {
            throw reader.Error(error.Start, (error.InnerException ?? error).Message);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or NullReferenceException) // the parser's own faults over lists, mappings and quotes that nothing closes
        {
            throw reader.Error(reader._events.Current?.End ?? Mark.Empty, "this is no YAML. Look for a list, a mapping or a quote that is opened here and not closed.");
        }
    }

    private JsonObject Document()
    {
        _events.MoveNext();
        _events.MoveNext();
        if (_events.Current is StreamEnd or null) return [];
        _events.MoveNext();
        var start = _events.Current!.Start;
        var root = Node("", 0);
        if (root is not (JsonObject or null)) throw Error(start, "the front matter must be a mapping (key: value).");
        _events.MoveNext();
        return _events.Current is StreamEnd ? root as JsonObject ?? [] : throw Error(_events.Current!.Start, "the front matter holds more than one document.");
    }

    /// <summary>Reads the node at the current event and moves behind it.</summary>
    private JsonNode? Node(string path, int depth)
    {
        var at = _events.Current!;
        _block = null;
        if (depth > Deepest) throw Error(at.Start, $"the front matter is nested more than {Deepest} deep.");
        if (at is AnchorAlias alias) return Alias(alias);
        var (nodes, characters) = (_nodes, _characters);
        Count(at, 1, 0);
        var node = at switch
        {
            Scalar scalar => Scalar(scalar),
            SequenceStart => Sequence(path, depth),
            MappingStart => Mapping(path, depth),
            _ => throw Error(at.Start, "this cannot stand here."),
        };
        if (at is NodeEvent { Anchor.IsEmpty: false } named) _anchors[named.Anchor.Value] = (node, _nodes - nodes, _characters - characters);
        if (at is NodeEvent { Tag: { IsEmpty: false } tag } && tag.Value is not ("tag:yaml.org,2002:str" or "!")) throw Error(at.Start, $"tags are not taken; leave out \"{tag.Value}\".");
        return node;
    }

    private JsonNode? Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var known)) throw Error(alias.Start, $"the alias \"*{alias.Value.Value}\" names nothing that ended before it.");
        Count(alias, known.Nodes, known.Characters);
        _events.MoveNext();
        return known.Node?.DeepClone();
    }

    private JsonNode? Scalar(Scalar scalar)
    {
        Count(scalar, 0, scalar.Value.Length);
        _events.MoveNext();
        var isPlain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any && scalar.Tag.IsEmpty;
        if (!isPlain) return JsonValue.Create(scalar.Value);
        return YamlScalar.TryRead(scalar.Value, out var value) ? value : throw Error(scalar.Start, $"\"{scalar.Value}\" is a number that JSON does not have; write it in quotes if it is a text.");
    }

    private JsonArray Sequence(string path, int depth)
    {
        var list = new JsonArray();
        _events.MoveNext();
        while (_events.Current is not SequenceEnd)
        {
            var inner = Placed($"{path}[{list.Count}]", _events.Current!.Start);
            list.Add(Node(inner, depth + 1));
        }
        _events.MoveNext();
        _block = null;
        return list;
    }

    private JsonObject Mapping(string path, int depth)
    {
        var mapping = new JsonObject();
        YamlBlock? block = null;
        var isBlock = ((MappingStart)_events.Current!).Style != MappingStyle.Flow;
        _events.MoveNext();
        while (_events.Current is not MappingEnd)
        {
            if (_events.Current is not Scalar key || key.Value.Length == 0) throw Error(_events.Current!.Start, "a key must be a text.");
            Count(key, 1, key.Value.Length);
            if (key.Value.Length > LongestKey) throw Error(key.Start, FormattableString.Invariant($"a key has {key.Value.Length:N0} characters; {LongestKey:N0} are taken."));
            var inner = Placed(path.Length == 0 ? key.Value : $"{path}.{key.Value}", key.Start);
            _events.MoveNext();
            var value = Node(inner, depth + 1);
            if (isBlock) (block ??= new((int)key.Start.Column - 1)).Entries.Add((key.Value, (int)key.Start.Line - 1, _block));
            if (!mapping.TryAdd(key.Value, value)) throw Error(key.Start, $"the key \"{key.Value}\" is given twice.");
        }
        _events.MoveNext();
        _block = block;
        return mapping;
    }

    /// <summary>Remembers where a value stands. What names the places of all together is bounded too: it repeats the keys above for each value.</summary>
    private string Placed(string path, in Mark mark)
    {
        _paths += path.Length;
        if (_paths > MostPaths) throw Error(mark, "the front matter has too many values below long keys. Shorten the keys.");
        Places.Add(path, Line(mark), (int)mark.Column);
        return path;
    }

    private void Count(ParsingEvent at, int nodes, int characters)
    {
        _nodes += nodes;
        _characters += characters;
        if (_nodes > MostNodes || _characters > MostCharacters) throw Error(at.Start, FormattableString.Invariant($"the front matter holds more than {MostNodes:N0} values or {MostCharacters:N0} characters, counting what aliases repeat."));
    }

    private int Line(in Mark mark) => _firstLine + (int)mark.Line - 1;

    private TurnException Error(in Mark mark, string message) => FileErrors.At(Line(mark), (int)mark.Column, message);
}
