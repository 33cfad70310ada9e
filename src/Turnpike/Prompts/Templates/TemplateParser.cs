using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Makes the tree of a template. Depth is bounded, so hostile templates cannot exhaust the stack.</summary>
internal sealed class TemplateParser(string source, List<Tag> tags)
{
    private const int Deepest = 64;
    private int _at;
    private int _depth;
    private LexicalScope _scope = LexicalScope.Root;
    private bool _isHead;
    private bool _isAsking;
    private bool _isFenced;

    public TemplateNames Names { get; } = new();

    public TemplateProgram Parse()
    {
        var program = Program();
        if (_at == tags.Count) return program;
        throw TemplateErrors.Invalid(source, tags[_at].Span, tags[_at].Kind == TagKind.Close ? $"{{{{/{tags[_at].Text.Trim()}}}}} closes nothing." : "{{else}} stands outside of a block.");
    }

    private TemplateProgram Program()
    {
        var nodes = new List<TemplateNode>();
        for (; _at < tags.Count; _at++)
        {
            var tag = tags[_at];
            switch (tag.Kind)
            {
                case TagKind.Text: nodes.Add(Text(tag)); break;
                case TagKind.Comment: break;
                case TagKind.Value: nodes.Add(Value(tag)); break;
                case TagKind.Partial: nodes.Add(Partial(tag)); break;
                case TagKind.Open or TagKind.OpenInverse: nodes.Add(Block(tag)); break;
                default: return new([.. nodes]);
            }
        }
        return new([.. nodes]);
    }

    private TextNode Text(Tag tag)
    {
        for (var fence = tag.Text.IndexOf("```", StringComparison.Ordinal); fence >= 0; fence = tag.Text.IndexOf("```", fence + 3, StringComparison.Ordinal)) _isFenced = !_isFenced;
        return new(tag.Text, tag.Span);
    }

    private TemplateNode Value(Tag tag)
    {
        var reader = Reader(tag);
        var name = reader.Names.Peek();
        if (TemplateHelpers.Structural.Contains(name) || TemplateHelpers.Inline.Contains(name))
        {
            reader.Names.Word();
            var arguments = reader.Arguments(name);
            reader.ExpectEnd();
            if (TemplateHelpers.Inline.Contains(name)) return new ValueNode(arguments.Call(tag.Span), tag.Span);
            Names.HasHistory |= name == "history";
            Names.HasInnerStructure |= _depth > 0 && name is "role" or "history";
            return arguments.Structure();
        }
        if (TemplateHelpers.Blocks.ContainsKey(name)) throw TemplateErrors.Invalid(source, tag.Span, $"\"{name}\" needs a body: {{{{#{name} …}}}} … {{{{/{name}}}}}.");
        if (name == "log") throw TemplateErrors.Invalid(source, tag.Span, TemplateArguments.NoHelper(name, []));
        var value = reader.Single();
        return reader.AtEnd ? new ValueNode(value, tag.Span) : throw TemplateErrors.Invalid(source, tag.Span, TemplateArguments.NoHelper(name, TemplateHelpers.Reserved));
    }

    private PartialNode Partial(Tag tag)
    {
        var reader = Reader(tag);
        var name = reader.AtEnd ? "" : reader.Names.Current is '"' or '\'' ? reader.Names.Quoted() : reader.Names.Word();
        if (name.Length == 0) throw TemplateErrors.Invalid(source, tag.Span, "the name of a partial must be written out: {{> greeting}}.");
        if (name.Any(c => !char.IsLetterOrDigit(c) && c is not ('.' or '_' or '-' or '/')) || name.Contains("..", StringComparison.Ordinal))
            throw TemplateErrors.Invalid(source, tag.Span, $"\"{name}\" cannot be the name of a partial; it has letters, digits and . _ - /.");
        var arguments = reader.Arguments(name);
        reader.ExpectEnd();
        if (arguments.Given.Count > 1) throw TemplateErrors.Invalid(source, tag.Span, "a partial takes one context, and named arguments.");
        var context = arguments.Given.FirstOrDefault();
        Names.Include(new(name, tag.Span, [.. arguments.Named.Select(pair => pair.Key)], context is null ? _scope.Origin.Length == 0 : context is PathExpression { IsRoot: true }));
        return new(name, context, arguments.Named, tag.Indent, tag.Span);
    }

    private BlockNode Block(Tag open) => Opened(open, open.Kind == TagKind.OpenInverse, closedBy: null);

    /// <summary>Reads a block from its opening tag (or from an <c>else if</c>, which the outer block's tag closes) to its closing tag.</summary>
    private BlockNode Opened(Tag open, bool isInverse, string? closedBy)
    {
        if (++_depth > Deepest) throw TemplateErrors.Limit($"Blocks of a template may be nested {Deepest} deep, and an \"else if\" counts as one.");
        var reader = Reader(open);
        var name = reader.Names.Peek();
        var kind = TemplateHelpers.Blocks.GetValueOrDefault(name, BlockKind.Section);
        (_isHead, _isAsking) = (true, kind is BlockKind.If or BlockKind.Unless);
        var (arguments, includeZero) = Head(reader, open, name, kind);
        (_isHead, _isAsking) = (false, false);
        var names = kind is BlockKind.Each or BlockKind.With or BlockKind.Section ? reader.Names.AsNames() : [];
        reader.ExpectEnd();
        var ends = closedBy ?? (name.Length == 0 ? open.Text.Trim() : name);

        var outer = _scope;
        _scope = isInverse ? outer : outer.Inside(kind, arguments[0].Origin, names);
        _at++;
        var body = Program();
        _scope = isInverse ? outer.Inside(kind, arguments[0].Origin, names) : outer;
        var otherwise = _at < tags.Count && tags[_at].Kind == TagKind.Else ? Else(open, ends) : TemplateProgram.Empty;
        _scope = outer;
        if (closedBy is null) Close(open, ends);
        _depth--;
        if (isInverse) (body, otherwise) = (otherwise, body);
        return new(kind, arguments, names, body, otherwise, new(open.Span.Start, tags[Math.Min(_at, tags.Count - 1)].Span.End)) { IncludeZero = includeZero };
    }

    private (TemplateExpression[] Arguments, bool IncludeZero) Head(ExpressionReader reader, Tag open, string name, BlockKind kind)
    {
        if (kind != BlockKind.Section)
        {
            reader.Names.Word();
            var arguments = reader.Arguments(name);
            return (Arguments: [.. arguments.Given], arguments.Block(kind));
        }
        if (TemplateHelpers.Reserved.Contains(name)) throw TemplateErrors.Invalid(source, open.Span, name == "log" ? TemplateArguments.NoHelper(name, []) : $"\"{name}\" has no body.");
        var value = reader.Single();
        if (reader.AtEnd || reader.Names.IsAsNames) return ([value], false);
        throw TemplateErrors.Invalid(source, open.Span, $"there is no block helper \"{name}\".{Nearest.Hint(name, TemplateHelpers.Blocks.Keys)}");
    }

    private TemplateProgram Else(Tag open, string ends)
    {
        var tag = tags[_at];
        if (tag.Text.AsSpan().Trim().Length > 0) return new([Opened(tag, isInverse: false, closedBy: ends)]);
        _at++;
        var program = Program();
        if (_at < tags.Count && tags[_at].Kind == TagKind.Else) throw TemplateErrors.Invalid(source, tags[_at].Span, $"the block \"{ends}\" that opens in {TemplateErrors.Place(source, open.Span.Start).ToLowerInvariant()} has a second {{{{else}}}}.");
        return program;
    }

    private void Close(Tag open, string ends)
    {
        if (_at >= tags.Count) throw TemplateErrors.Invalid(source, open.Span, $"this block is never closed; it needs {{{{/{ends}}}}}.");
        var closed = tags[_at].Text.Trim();
        if (closed != ends) throw TemplateErrors.Invalid(source, tags[_at].Span, $"{{{{/{closed}}}}} closes a block that was opened as \"{ends}\".");
    }

    private ExpressionReader Reader(Tag tag) => new(source, tag, Resolve);

    private PathExpression Resolve(PathExpression path)
    {
        var (origin, variable) = _scope.Resolve(path.Up, path.IsData, path.IsScoped, path.Segments);
        if (variable is not null) Names.Use(new(variable, path.Span, _isAsking || _depth > (_isHead ? 1 : 0), _isFenced) { IsRooted = path.IsData });
        return path with { Origin = origin, IsRoot = variable is null && (origin == "this" || path is { IsData: true, Segments: ["root"] }) };
    }
}
