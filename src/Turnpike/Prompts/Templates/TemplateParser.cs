using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Makes the tree of a template. Depth is bounded, so hostile templates cannot exhaust the stack.</summary>
internal sealed class TemplateParser(string source, List<Tag> tags)
{
    private const int Deepest = 64;
    private int _at;
    private int _depth;

    public TemplateProgram Parse()
    {
        var program = Program();
        if (_at < tags.Count) throw TemplateErrors.Invalid(source, tags[_at].Span, tags[_at].Kind == TagKind.Close ? $"{{{{/{tags[_at].Text.Trim()}}}}} closes nothing." : "{{else}} stands outside of a block.");
        return program;
    }

    private TemplateProgram Program()
    {
        var nodes = new List<TemplateNode>();
        for (; _at < tags.Count; _at++)
        {
            var tag = tags[_at];
            switch (tag.Kind)
            {
                case TagKind.Text: nodes.Add(new TextNode(tag.Text, tag.Span)); break;
                case TagKind.Comment: break;
                case TagKind.Value: nodes.Add(new ValueNode(Value(tag), tag.Span)); break;
                case TagKind.Partial: nodes.Add(Partial(tag)); break;
                case TagKind.Open or TagKind.OpenInverse: nodes.Add(Block(tag)); break;
                default: return new(nodes);
            }
        }
        return new(nodes);
    }

    private TemplateExpression Value(Tag tag)
    {
        var reader = new ExpressionReader(source, tag.Text, tag.ContentStart);
        if (reader.AtEnd) throw TemplateErrors.Invalid(source, tag.Span, "there is nothing between the braces.");
        var name = reader.Peek();
        if (TemplateHelpers.Structural.Contains(name) || TemplateHelpers.Inline.Contains(name))
        {
            reader.Word();
            var (arguments, hash) = reader.Arguments();
            reader.ExpectEnd();
            var call = new CallExpression(name, arguments, hash, tag.Span);
            StructureRules.Check(source, call);
            return call;
        }
        if (name == "log") throw TemplateErrors.Invalid(source, tag.Span, "the helper \"log\" is not supported.");
        var value = reader.Expression();
        if (reader.AtEnd) return TemplateHelpers.Blocks.Contains(name) ? throw TemplateErrors.Invalid(source, tag.Span, $"\"{name}\" needs a body: {{{{#{name} …}}}} … {{{{/{name}}}}}.") : value;
        throw TemplateErrors.Invalid(source, tag.Span, $"there is no helper \"{name}\".{Nearest.Hint(name, TemplateHelpers.All)}");
    }

    private PartialNode Partial(Tag tag)
    {
        var reader = new ExpressionReader(source, tag.Text, tag.ContentStart);
        if (reader.AtEnd || tag.Text.TrimStart().StartsWith('(')) throw TemplateErrors.Invalid(source, tag.Span, "the name of a partial must be written out.");
        var name = reader.Word().Trim('"', '\'');
        var (arguments, hash) = reader.Arguments();
        reader.ExpectEnd();
        if (arguments.Count > 1) throw TemplateErrors.Invalid(source, tag.Span, "a partial takes one context, and named arguments.");
        return new(name, arguments.Count == 1 ? arguments[0] : null, hash, tag.Span);
    }

    private BlockNode Block(Tag open)
    {
        if (++_depth > Deepest) throw TemplateErrors.Limit($"Blocks of a template may be nested {Deepest} deep.");
        var reader = new ExpressionReader(source, open.Text, open.ContentStart);
        var block = Opened(reader, open, open.Text, isInverse: open.Kind == TagKind.OpenInverse);
        _depth--;
        return block;
    }

    /// <summary>Reads a block from its opening tag (or from an <c>else if</c>) to its closing tag.</summary>
    private BlockNode Opened(ExpressionReader reader, Tag open, string content, bool isInverse, string? closedBy = null)
    {
        var name = reader.Peek();
        var isHelper = TemplateHelpers.Blocks.Contains(name);
        List<TemplateExpression> arguments;
        if (isHelper)
        {
            reader.Word();
            (arguments, var hash) = reader.Arguments();
            if (hash.Count > 0) throw TemplateErrors.Invalid(source, open.Span, $"\"{name}\" takes no named arguments.");
            var expected = name is "ifEquals" or "unlessEquals" ? 2 : 1;
            if (arguments.Count != expected) throw TemplateErrors.Invalid(source, open.Span, $"\"{name}\" takes {expected} argument{(expected == 1 ? "" : "s")}; it has {arguments.Count}.");
        }
        else
        {
            if (reader.AtEnd) throw TemplateErrors.Invalid(source, open.Span, "a block needs a name.");
            arguments = [reader.Expression()];
        }
        var names = reader.BlockNames();
        if (!reader.AtEnd && !isHelper) throw TemplateErrors.Invalid(source, open.Span, $"there is no block helper \"{name}\".{Nearest.Hint(name, TemplateHelpers.Blocks)}");
        reader.ExpectEnd();
        var ends = closedBy ?? content.Trim().Split((char[])[' ', '\t', '\n', '\r'], 2)[0];
        _at++;
        var body = Program();
        TemplateProgram? otherwise = null;
        if (_at < tags.Count && tags[_at].Kind == TagKind.Else) otherwise = Else(open, ends);
        if (closedBy is null) Close(open, ends);
        var helper = isHelper ? name : "";
        if (isInverse) (body, otherwise) = (otherwise ?? new([]), body);
        return new(helper, arguments, names, body, otherwise, new(open.Span.Start, _at < tags.Count ? tags[_at].Span.End : source.Length));
    }

    private TemplateProgram Else(Tag open, string ends)
    {
        var tag = tags[_at];
        if (tag.Text.Trim().Length > 0)
        {
            if (++_depth > Deepest) throw TemplateErrors.Limit($"Blocks of a template may be nested {Deepest} deep.");
            var chained = Opened(new(source, tag.Text, tag.ContentStart), tag, tag.Text, isInverse: false, closedBy: ends);
            _depth--;
            return new([chained]);
        }
        _at++;
        var program = Program();
        if (_at < tags.Count && tags[_at].Kind == TagKind.Else) throw TemplateErrors.Invalid(source, tags[_at].Span, $"the block that opens at {open.Span.Start} has a second {{{{else}}}}.");
        return program;
    }

    private void Close(Tag open, string ends)
    {
        if (_at >= tags.Count) throw TemplateErrors.Invalid(source, open.Span, $"this block is never closed; it needs {{{{/{ends}}}}}.");
        var closed = tags[_at].Text.Trim();
        if (closed != ends) throw TemplateErrors.Invalid(source, tags[_at].Span, $"{{{{/{closed}}}}} closes a block that was opened as \"{ends}\".");
    }
}
