using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Turnpike.Generators;

/// <summary>
/// What YAML may hold before a tree is made of it, which is done and read by recursion: too deep, or repeated too often by aliases, it would end the compiler. Where the prompt is read the bounds
/// are the same.
/// </summary>
internal static class YamlBounds
{
    private const int Deepest = 32;
    private const int MostNodes = 20_000;

    /// <exception cref="YamlException">It holds more.</exception>
    public static void Check(string yaml)
    {
        var (events, nodes) = (new Parser(new StringReader(yaml)), 0);
        var open = new Stack<(AnchorName Name, int Before)>();
        var sizes = new Dictionary<AnchorName, int>();
        while (Next())
        {
            var at = events.Current!;
            if (at is AnchorAlias alias) nodes += sizes.TryGetValue(alias.Value, out var size) ? size : throw Error(at, $"the alias \"*{alias.Value.Value}\" names nothing that ended before it.");
            else if (at is NodeEvent node) Begin(node);
            else if (at is MappingEnd or SequenceEnd) End();
            if (nodes > MostNodes) throw Error(at, $"the front matter holds more than {MostNodes} values, counting what aliases repeat.");
            if (open.Count > Deepest + 1) throw Error(at, $"the front matter is nested more than {Deepest} deep.");
        }

        bool Next()
        {
            try
            {
                return events.MoveNext();
            }
            catch (Exception error) when (error is InvalidOperationException or ArgumentException or NullReferenceException) // the parser's own faults over lists, mappings and quotes that nothing closes
            {
                var at = events.Current?.End ?? Mark.Empty;
                throw new YamlException(at, at, "this is no YAML. Look for a list, a mapping or a quote that is opened here and not closed.", error);
            }
        }

        void Begin(NodeEvent node)
        {
            open.Push((node.Anchor, nodes++));
            if (node is Scalar) End();
        }

        void End()
        {
            var (name, before) = open.Pop();
            if (!name.IsEmpty) sizes[name] = nodes - before;
        }
    }

    private static YamlException Error(ParsingEvent at, string message) => new(at.Start, at.End, message);
}
