using System.Globalization;

namespace Turnpike.Prompts.Templates;

/// <summary>Reads what stands between the braces: paths, literals, calls, named arguments.</summary>
/// <param name="source">The whole template, for error messages.</param>
/// <param name="tag">The tag that is read.</param>
/// <param name="resolve">Says where a path leads, and notes what it uses.</param>
internal sealed class ExpressionReader(string source, Tag tag, Func<PathExpression, PathExpression> resolve)
{
    private const int DeepestCall = 16;
    private const int MostArguments = 256;
    private readonly NameReader _names = new(source, tag.Text, tag.ContentStart);
    private int _depth;

    public NameReader Names => _names;

    public bool AtEnd => _names.AtEnd;

    /// <summary>Positional arguments, then named ones, until the end, a <c>)</c> or <c>as |…|</c>.</summary>
    public TemplateArguments Arguments(string helper)
    {
        var (given, named) = (new List<TemplateExpression>(), new List<KeyValuePair<string, TemplateExpression>>());
        while (!AtEnd && _names.Current != ')' && !_names.IsAsNames)
        {
            if (given.Count + named.Count >= MostArguments) throw TemplateErrors.Limit($"\"{helper}\" is given more than {MostArguments} arguments.");
            if (_names.TryNameBeforeEquals() is { } name)
            {
                if (named.Exists(pair => pair.Key == name)) throw _names.Error($"\"{name}\" is given twice.");
                named.Add(new(name, Expression()));
            }
            else if (named.Count > 0)
            {
                throw _names.Error("an argument without a name cannot follow a named one.");
            }
            else
            {
                given.Add(Expression());
            }
        }
        return new(source, tag.Span, helper, given, named);
    }

    public TemplateExpression Expression()
    {
        if (AtEnd) throw _names.Error("a value is missing.");
        var start = _names.At;
        return _names.Current switch
        {
            '(' => Call(),
            '"' or '\'' => new LiteralExpression(_names.Quoted(), _names.Span(start)),
            _ => Literal() ?? (TemplateExpression)resolve(_names.Path()),
        };
    }

    /// <summary>What stands alone between braces: always a path there, even when it looks like a literal.</summary>
    public TemplateExpression Single()
    {
        if (AtEnd) throw _names.Error("a name is missing.");
        if (_names.Current == '(') return Call();
        if (_names.Current is not ('"' or '\'')) return resolve(_names.Path());
        var start = _names.At;
        var name = _names.Quoted();
        return resolve(new(0, false, false, [name], _names.Span(start), ""));
    }

    public void ExpectEnd()
    {
        if (!AtEnd) throw _names.Error($"\"{_names.Rest}\" does not belong here.");
    }

    private TemplateExpression Call()
    {
        if (++_depth > DeepestCall) throw TemplateErrors.Limit($"Calls in a template may be nested {DeepestCall} deep.");
        var start = _names.At;
        _names.Skip(1);
        var helper = AtEnd ? "" : _names.Word();
        var at = _names.Span(start);
        if (!TemplateHelpers.Inline.Contains(helper)) throw TemplateErrors.Invalid(source, at, TemplateArguments.NoHelper(helper, TemplateHelpers.Inline));
        var arguments = Arguments(helper);
        if (AtEnd || _names.Current != ')') throw TemplateErrors.Invalid(source, at, "this ( is never closed.");
        _names.Skip(1);
        _depth--;
        return arguments.Call(_names.Span(start));
    }

    private LiteralExpression? Literal()
    {
        if (_names.Current is not ('t' or 'f' or 'n' or 'u' or '-' or (>= '0' and <= '9'))) return null;
        switch (_names.Peek())
        {
            case "true": return new(true, _names.Skip(4));
            case "false": return new(false, _names.Skip(5));
            case "null": return new(null, _names.Skip(4));
            case "undefined": return new(null, _names.Skip(9));
        }
        if (_names.Current is not ('-' or (>= '0' and <= '9'))) return null;
        var word = _names.Peek();
        if (word.AsSpan(1).IndexOfAnyExceptInRange('.', '9') < 0 && double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && word[^1] != '.')
            return new(number, _names.Skip(word.Length));
        return null;
    }
}
