namespace Turnpike.Prompts.Templates;

/// <summary>One rendering of a template, within its bounds.</summary>
internal sealed class TemplateRenderer
{
    private readonly TemplateContext _context;
    private readonly TemplateBudget _budget;
    private readonly TemplateEvaluator _values;
    private readonly List<TemplatePiece> _pieces;
    private string _source;

    public TemplateRenderer(string source, TemplateContext context, TemplateBudget budget, List<TemplatePiece> pieces)
    {
        (_source, _context, _budget, _pieces) = (source, context, budget, pieces);
        _values = new(context, budget);
    }

    public void Render(TemplateProgram program)
    {
        _budget.Enter();
        foreach (var node in program.Nodes)
        {
            _budget.Step();
            switch (node)
            {
                case TextNode text: Emit(new(PieceKind.Text, text.Text)); break;
                case ValueNode value: Value(value); break;
                case BlockNode block: Block(block); break;
                case PartialNode partial: Partial(partial); break;
                case RoleNode role: Emit(new(PieceKind.Role, role.Role)); break;
                case HistoryNode: Emit(new(PieceKind.History, "")); break;
                case SectionNode section: Emit(new(PieceKind.Section, section.Name)); break;
                case MediaNode media: Media(media); break;
            }
        }
        _budget.Leave();
    }

    private void Value(ValueNode node)
    {
        switch (_values.Find(node.Expression))
        {
            case null: break;
            case string text: Text(text, node.Expression); break;
            case TypedText typed:
                _budget.Write(typed.Text.Length);
                Emit(new(PieceKind.Input, ""));
                break;
            case MediaValue { Text: { } text }: Text(text, node.Expression); break;
            case MediaValue media: Emit(new(PieceKind.Media, media.Url, media.MediaType) { Source = Source(node.Expression), Given = media }); break;
            case MessagesValue messages:
                var said = messages.Json.GetRawText();
                Count(said.Length, MediaData.LengthOf(messages.Json));
                Emit(new(PieceKind.Messages, said, node.Expression.Origin));
                break;
            case var other: Text(TextOf(other, node.Expression), node.Expression); break;
        }
    }

    private void Text(string text, TemplateExpression from)
    {
        if (text.Length > 0) Emit(new(PieceKind.Text, text, from.Origin));
    }

    /// <summary>The variable that media came from; null when the template names them.</summary>
    private static string? Source(TemplateExpression from) => from.Origin.Length == 0 ? null : TemplatePiece.VariableSource(from.Origin);

    private void Media(MediaNode node)
    {
        var value = _values.Value(node.Url);
        var url = value is MediaValue given ? given.Url : TextOf(value, node.Url);
        var type = node.ContentType is null ? (value as MediaValue)?.MediaType : TextOf(_values.Value(node.ContentType), node.ContentType);
        if (url.Length > 0) Emit(new(PieceKind.Media, url, string.IsNullOrEmpty(type) ? null : type) { Source = Source(node.Url), Given = value as MediaValue });
    }

    private void Block(BlockNode block)
    {
        var value = block.Kind == BlockKind.With ? _values.Find(block.Arguments[0]) : _values.Value(block.Arguments[0]);
        switch (block.Kind)
        {
            case BlockKind.If: Choose(TemplateValues.IsTruthy(value, block.IncludeZero), block); break;
            case BlockKind.Unless: Choose(!TemplateValues.IsTruthy(value, block.IncludeZero), block); break;
            case BlockKind.IfEquals: Choose(TemplateValues.AreEqual(value, _values.Value(block.Arguments[1])), block); break;
            case BlockKind.UnlessEquals: Choose(!TemplateValues.AreEqual(value, _values.Value(block.Arguments[1])), block); break;
            case BlockKind.Each: Each(value, block); break;
            case BlockKind.With: With(value, TemplateValues.IsTruthy(value, includeZero: true), block); break;
            case BlockKind.Section when value is true: Render(block.Body); break;
            case BlockKind.Section when TemplateValues.ListLength(value) >= 0: Each(value, block); break;
            case BlockKind.Section: With(value, value is not (null or false), block); break;
        }
    }

    private void Choose(bool yes, BlockNode block) => Render(yes ? block.Body : block.Else);

    private void With(object? value, bool yes, BlockNode block)
    {
        if (yes) Inside(value, null, block);
        else Render(block.Else);
    }

    private void Each(object? value, BlockNode block)
    {
        var outer = _values.Loop;
        var index = 0;
        if (TemplateValues.ListLength(value) is >= 0 and var count)
        {
            foreach (var item in TemplateLists.Items(value)) Pass(item, null, index == count - 1);
        }
        else
        {
            using var members = TemplateLists.Members(value).GetEnumerator();
            for (var more = members.MoveNext(); more;)
            {
                var (name, member) = members.Current;
                more = members.MoveNext();
                Pass(member, name, !more);
            }
        }
        _values.Loop = outer;
        if (index == 0) Render(block.Else);

        void Pass(object? item, string? key, bool isLast)
        {
            _budget.Step();
            _values.Loop = new(index, key, isLast, outer);
            Inside(item, key ?? (object)index, block);
            index++;
        }
    }

    /// <summary>Renders a block's body about a value.</summary>
    private void Inside(object? value, object? key, BlockNode block)
    {
        var (scope, names) = (_values.Scope, _values.Names);
        if (block.Names.Length > 1) _values.Names = new(block.Names[1], key, _values.Names);
        if (block.Names.Length > 0) _values.Names = new(block.Names[0], value, _values.Names);
        _values.Scope = new(value, scope);
        Render(block.Body);
        (_values.Scope, _values.Names) = (scope, names);
    }

    private void Partial(PartialNode node)
    {
        var partial = _context.Partials(node.Name) ?? throw TemplateErrors.NoPartial(_source, node.Span, node.Name);
        _budget.EnterPartial(node.Name);
        var value = _values.With(node.Context is null ? _values.Scope.Value : _values.Find(node.Context), node.Hash);
        var (source, scope, names, start) = (_source, _values.Scope, _values.Names, _pieces.Count);
        (_source, _values.Scope, _values.Names) = (partial.Source, new(value, null), null);
        Render(partial.Program);
        (_source, _values.Scope, _values.Names) = (source, scope, names);
        if (node.Indent.Length > 0) PieceIndent.Apply(_pieces, start, node.Indent, _budget);
        _budget.LeavePartial();
    }

    private string TextOf(object? value, TemplateExpression from)
    {
        if (TemplateText.Of(value, _budget.Left) is { } text) return text;
        var name = _source[from.Span.Start..from.Span.End].Trim('{', '}', ' ', '~', '&');
        throw TemplateErrors.Invalid(_source, from.Span, $"\"{name}\" is an object, and an object has no text. Write {{{{json {name}}}}}, or name one of its members.");
    }

    /// <summary>Media that stand in the prompt themselves are no text.</summary>
    private void Count(int all, int media)
    {
        _budget.Media(media);
        _budget.Write(all - media);
    }

    private void Emit(TemplatePiece piece)
    {
        if (piece.Kind is PieceKind.Text) _budget.Write(piece.Text.Length);
        else _budget.Structure();
        if (piece.Kind is PieceKind.Media) Count(piece.Text.Length, MediaData.LengthOf(piece.Text));
        _pieces.Add(piece);
    }
}
