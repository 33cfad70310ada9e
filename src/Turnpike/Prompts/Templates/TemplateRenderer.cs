using System.Text.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>One rendering of a template, within its bounds.</summary>
internal sealed class TemplateRenderer
{
    private const int LongestOutput = 1 << 20;
    private const int DeepestPartial = 32;
    private const int CheckTimeEvery = 256;
    private static readonly TimeSpan LongestTime = TimeSpan.FromMilliseconds(250);

    private readonly TemplateContext _context;
    private readonly List<TemplatePiece> _pieces = new(16);
    private readonly long _since;
    private string _source;
    private TemplateScope _scope;
    private int _length;
    private int _operations;
    private int _partials;

    public TemplateRenderer(string source, TemplateContext context)
    {
        (_source, _context) = (source, context);
        _scope = new(context.Values, null);
        _since = context.Time.GetTimestamp();
    }

    public List<TemplatePiece> Pieces => _pieces;

    public void Render(TemplateProgram program)
    {
        foreach (var node in program.Nodes)
        {
            Tick();
            switch (node)
            {
                case TextNode text: Emit(PieceKind.Text, text.Text); break;
                case ValueNode { Expression: CallExpression call } when TemplateHelpers.Structural.Contains(call.Helper): Structure(call); break;
                case ValueNode value: Value(value); break;
                case BlockNode block: Block(block); break;
                case PartialNode partial: Partial(partial); break;
            }
        }
    }

    private void Value(ValueNode node)
    {
        if (node.Expression is PathExpression { IsData: false, Up: 0, Segments: ["input"] } && _scope.Parent is null && !_context.Values.ContainsKey("input"))
        {
            Emit(PieceKind.Input, "");
            return;
        }
        var value = Evaluate(node.Expression);
        var name = node.Expression is PathExpression path ? path.Text : (node.Expression as CallExpression)?.Helper ?? "";
        switch (value)
        {
            case MediaValue media: Emit(PieceKind.Media, media.Url, media.MediaType); break;
            case MessagesValue messages: Emit(PieceKind.Messages, messages.Json.GetRawText(), name); break;
            default:
                var text = TemplateValues.Text(value) ?? throw TemplateErrors.Invalid(_source, node.Span, $"\"{name}\" is an object, and an object has no text. Write {{{{json {name}}}}}, or name one of its members.");
                if (text.Length > 0) Emit(PieceKind.Text, text, name);
                break;
        }
    }

    private void Structure(CallExpression call)
    {
        switch (call.Helper)
        {
            case "role": Emit(PieceKind.Role, StructureRules.Roles[(string)((LiteralExpression)call.Arguments[0]).Value!]); break;
            case "history": Emit(PieceKind.History, ""); break;
            case "section": Emit(PieceKind.Section, (string)((LiteralExpression)call.Arguments[0]).Value!); break;
            case "media":
                var url = Evaluate(call.Hash["url"]);
                var type = call.Hash.TryGetValue("contentType", out var given) ? TemplateValues.Text(Evaluate(given)) : (url as MediaValue)?.MediaType;
                var address = url is MediaValue media ? media.Url : TemplateValues.Text(url);
                if (!string.IsNullOrEmpty(address)) Emit(PieceKind.Media, address, string.IsNullOrEmpty(type) ? null : type);
                break;
        }
    }

    private void Block(BlockNode block)
    {
        var value = Evaluate(block.Arguments[0]);
        switch (block.Helper)
        {
            case "if": Choose(TemplateValues.IsTruthy(value), block); break;
            case "unless": Choose(!TemplateValues.IsTruthy(value), block); break;
            case "ifEquals": Choose(TemplateValues.AreEqual(value, Evaluate(block.Arguments[1])), block); break;
            case "unlessEquals": Choose(!TemplateValues.AreEqual(value, Evaluate(block.Arguments[1])), block); break;
            case "each": Each(value, block); break;
            case "with" when TemplateValues.IsTruthy(value): Inside(new(value, _scope) { Names = block.Names }, block.Body); break;
            case "with": Otherwise(block); break;
            default: Section(value, block); break;
        }
    }

    /// <summary>A block that names a value: a list is gone through, an object is entered, true renders the body as it is.</summary>
    private void Section(object? value, BlockNode block)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Array }) Each(value, block);
        else if (!TemplateValues.IsTruthy(value)) Otherwise(block);
        else if (value is true) Render(block.Body);
        else Inside(new(value, _scope) { Names = block.Names }, block.Body);
    }

    private void Each(object? value, BlockNode block)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() is > 0 and var count)
        {
            var index = 0;
            foreach (var item in list.EnumerateArray()) Item(block, TemplateValues.Plain(item), null, index++, count);
        }
        else if (value is JsonElement { ValueKind: JsonValueKind.Object } json && json.EnumerateObject().Any())
        {
            var index = 0;
            var members = json.EnumerateObject().Count();
            foreach (var member in json.EnumerateObject()) Item(block, TemplateValues.Plain(member.Value), member.Name, index++, members);
        }
        else if (value is IReadOnlyDictionary<string, object?> { Count: > 0 } map)
        {
            var index = 0;
            foreach (var (name, item) in map) Item(block, item, name, index++, map.Count);
        }
        else
        {
            Otherwise(block);
        }
    }

    private void Item(BlockNode block, object? item, string? key, int index, int count)
    {
        Tick();
        Inside(new(item, _scope) { Index = index, Key = key, IsFirst = index == 0, IsLast = index == count - 1, Names = block.Names, NamedKey = (object?)key ?? index }, block.Body);
    }

    private void Choose(bool yes, BlockNode block)
    {
        if (yes) Render(block.Body);
        else Otherwise(block);
    }

    private void Otherwise(BlockNode block)
    {
        if (block.Else is not null) Render(block.Else);
    }

    private void Inside(TemplateScope scope, TemplateProgram program)
    {
        var outer = _scope;
        _scope = scope;
        Render(program);
        _scope = outer;
    }

    private void Partial(PartialNode node)
    {
        var partial = _context.Partials(node.Name) ?? throw TemplateErrors.Invalid(_source, node.Span, $"there is no partial \"{node.Name}\"; it would be a prompt with the key \"_{node.Name}\".");
        if (++_partials > DeepestPartial) throw TemplateErrors.Limit($"Partials may include each other {DeepestPartial} deep; \"{node.Name}\" went deeper.");
        var value = node.Context is null ? _scope.Value : Evaluate(node.Context);
        if (node.Hash.Count > 0)
        {
            var merged = new Dictionary<string, object?>(StringComparer.Ordinal);
            if (value is IReadOnlyDictionary<string, object?> map) foreach (var (name, member) in map) merged[name] = member;
            else if (value is JsonElement { ValueKind: JsonValueKind.Object } json) foreach (var member in json.EnumerateObject()) merged[member.Name] = TemplateValues.Plain(member.Value);
            foreach (var (name, expression) in node.Hash) merged[name] = Evaluate(expression);
            value = merged;
        }
        var (source, scope) = (_source, _scope);
        _source = partial.Source;
        _scope = new(value, _scope.Parent);
        Render(partial.Program);
        (_source, _scope) = (source, scope);
        _partials--;
    }

    private object? Evaluate(TemplateExpression expression)
    {
        switch (expression)
        {
            case LiteralExpression literal: return literal.Value;
            case CallExpression { Helper: "lookup" } call: return TemplateValues.Member(Evaluate(call.Arguments[0]), TemplateValues.Text(Evaluate(call.Arguments[1])) ?? "");
            case CallExpression call:
                var indent = call.Hash.TryGetValue("indent", out var given) && TemplateValues.Text(Evaluate(given)) is { } text && int.TryParse(text, out var width) ? width : 0;
                return TemplateValues.Json(Evaluate(call.Arguments[0]), indent);
            case PathExpression path: return Path(path);
            default: return null;
        }
    }

    private object? Path(PathExpression path)
    {
        if (path.IsData) return DataPath(path);
        var scope = _scope;
        for (var up = path.Up; up > 0 && scope is not null; up--) scope = scope.Parent;
        if (scope is null) return null;
        if (path.Segments.Count == 0) return Plain(scope.Value);
        object? value;
        if (!path.IsScoped && scope.TryNamed(path.Segments[0], out var named)) value = named;
        else if (scope.Parent is null && path.Segments[0] == "input" && !_context.Values.ContainsKey("input")) value = _context.Input;
        else value = TemplateValues.Member(scope.Value, path.Segments[0]);
        value = Plain(value);
        for (var i = 1; i < path.Segments.Count; i++) value = TemplateValues.Member(value, path.Segments[i]);
        return value;
    }

    private object? DataPath(PathExpression path)
    {
        var scope = _scope;
        for (var up = path.Up; up > 0 && scope is not null; up--) scope = scope.Parent;
        var value = path.Segments.Count == 0 ? null : path.Segments[0] switch
        {
            "root" => _context.Values,
            "index" or "key" or "first" or "last" => scope?.Data(path.Segments[0]),
            var name => _context.Data.GetValueOrDefault(name),
        };
        value = Plain(value);
        for (var i = 1; i < path.Segments.Count; i++) value = TemplateValues.Member(value, path.Segments[i]);
        return value;
    }

    private static object? Plain(object? value) => value is JsonElement json ? TemplateValues.Plain(json) : value;

    private void Emit(PieceKind kind, string text, string? detail = null)
    {
        _length += text.Length;
        if (_length > LongestOutput) throw TemplateErrors.Limit($"The rendered prompt is longer than {LongestOutput:N0} characters.");
        _pieces.Add(new(kind, text, detail));
    }

    private void Tick()
    {
        if (++_operations % CheckTimeEvery == 0 && _context.Time.GetElapsedTime(_since) > LongestTime)
            throw TemplateErrors.Limit($"Rendering the prompt took longer than {LongestTime.TotalMilliseconds:0} ms.");
    }
}
