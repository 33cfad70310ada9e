using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>The names that a template uses.</summary>
public sealed class TemplateNames
{
    private readonly Dictionary<string, List<TextSpan>> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _partials = new(StringComparer.Ordinal);

    /// <summary>Names of variables with the places where they stand.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TextSpan>> Variables { get; private set; } = new Dictionary<string, IReadOnlyList<TextSpan>>();

    /// <summary>Names of partials.</summary>
    public IReadOnlyCollection<string> Partials => _partials;

    /// <summary>Whether it says where the typed text goes.</summary>
    public bool HasInput { get; private set; }

    /// <summary>Whether it says where the history goes.</summary>
    public bool HasHistory { get; private set; }

    internal static TemplateNames Of(string source, TemplateProgram program)
    {
        var names = new TemplateNames();
        names.Program(program, depth: 0, []);
        names.Variables = names._variables.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<TextSpan>)pair.Value);
        return names;
    }

    private void Program(TemplateProgram program, int depth, IReadOnlyList<string> shadowed)
    {
        foreach (var node in program.Nodes)
        {
            switch (node)
            {
                case ValueNode value: Expression(value.Expression, depth, shadowed); break;
                case PartialNode partial:
                    _partials.Add(partial.Name);
                    if (partial.Context is not null) Expression(partial.Context, depth, shadowed);
                    foreach (var argument in partial.Hash.Values) Expression(argument, depth, shadowed);
                    break;
                case BlockNode block:
                    foreach (var argument in block.Arguments) Expression(argument, depth, shadowed);
                    Program(block.Body, depth + (block.Helper is "each" or "with" or "" ? 1 : 0), block.Names.Count == 0 ? shadowed : [.. shadowed, .. block.Names]);
                    if (block.Else is not null) Program(block.Else, depth, shadowed);
                    break;
            }
        }
    }

    private void Expression(TemplateExpression expression, int depth, IReadOnlyList<string> shadowed)
    {
        switch (expression)
        {
            case CallExpression call:
                if (call.Helper == "history") HasHistory = true;
                foreach (var argument in call.Arguments.Concat(call.Hash.Values)) Expression(argument, depth, shadowed);
                break;
            case PathExpression { IsData: true, Segments: ["root", var name, ..] } root: Use(name, root.Span); break;
            case PathExpression { IsData: false, Segments: [var name, ..] } path when path.Up >= depth && (path.IsScoped || !shadowed.Contains(name)): Use(name, path.Span); break;
        }
    }

    private void Use(string name, TextSpan span)
    {
        if (name == "input") HasInput = true;
        if (!_variables.TryGetValue(name, out var spans)) _variables[name] = spans = [];
        spans.Add(span);
    }
}
