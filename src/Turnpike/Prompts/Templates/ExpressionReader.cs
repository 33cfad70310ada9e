using System.Globalization;
using System.Text;
using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Reads what stands between the braces: words, paths, literals, calls.</summary>
internal sealed class ExpressionReader(string source, string text, int offset)
{
    private const int DeepestCall = 16;
    private int _at;
    private int _depth;

    public bool AtEnd
    {
        get
        {
            SkipSpace();
            return _at >= text.Length;
        }
    }

    /// <summary>The next word without reading on; empty at the end.</summary>
    public string Peek()
    {
        var before = _at;
        var word = AtEnd ? "" : Word();
        _at = before;
        return word;
    }

    /// <summary>A plain word, such as a helper's name.</summary>
    public string Word()
    {
        SkipSpace();
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && text[_at] is not ('(' or ')' or '|' or '=')) _at++;
        return text[start.._at];
    }

    /// <summary>Positional arguments, then named ones, until the end, a <c>)</c> or <c>as |…|</c>.</summary>
    public (List<TemplateExpression> Arguments, Dictionary<string, TemplateExpression> Hash) Arguments()
    {
        var arguments = new List<TemplateExpression>();
        var hash = new Dictionary<string, TemplateExpression>(StringComparer.Ordinal);
        while (!AtEnd && text[_at] != ')')
        {
            if (Peek() == "as" && AsNames()) break;
            if (NameBeforeEquals() is { } name) hash[name] = Expression();
            else if (hash.Count > 0) throw Error("an argument without a name cannot follow a named one.");
            else arguments.Add(Expression());
        }
        return (arguments, hash);
    }

    /// <summary>The names of <c>as |item index|</c>; none when it is not there.</summary>
    public IReadOnlyList<string> BlockNames()
    {
        if (AtEnd || Peek() != "as") return [];
        Word();
        SkipSpace();
        if (_at >= text.Length || text[_at] != '|') throw Error("\"as\" needs names between bars: as |item index|.");
        var close = text.IndexOf('|', _at + 1);
        if (close < 0) throw Error("the names behind \"as |\" are not closed with a bar.");
        var names = text[(_at + 1)..close].Split((char[])[' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        _at = close + 1;
        return names;
    }

    public TemplateExpression Expression()
    {
        SkipSpace();
        if (_at >= text.Length) throw Error("a value is missing.");
        var start = _at;
        switch (text[_at])
        {
            case '(':
                return Call();
            case '"' or '\'':
                return new LiteralExpression(Quoted(), Span(start));
            case '-' or >= '0' and <= '9' when Number(start) is { } number:
                return number;
        }
        return Path();
    }

    public void ExpectEnd()
    {
        if (!AtEnd) throw Error($"\"{text[_at..].Trim()}\" does not belong here.");
    }

    public TurnException Error(string message) => TemplateErrors.Invalid(source, Span(Math.Min(_at, text.Length)), message);

    private CallExpression Call()
    {
        if (++_depth > DeepestCall) throw TemplateErrors.Limit($"Calls in a template may be nested {DeepestCall} deep.");
        var start = _at++;
        var helper = Word();
        var (arguments, hash) = Arguments();
        if (_at >= text.Length || text[_at] != ')') throw Error("this ( is never closed.");
        _at++;
        _depth--;
        if (!TemplateHelpers.Inline.Contains(helper)) throw TemplateErrors.Invalid(source, Span(start), $"there is no helper \"{helper}\".{Nearest.Hint(helper, TemplateHelpers.Inline)}");
        return new(helper, arguments, hash, Span(start));
    }

    private LiteralExpression? Number(int start)
    {
        var end = start + (text[start] == '-' ? 1 : 0);
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        if (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != ')') return null;
        if (!double.TryParse(text.AsSpan(start, end - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return null;
        _at = end;
        return new(number, Span(start));
    }

    private TemplateExpression Path()
    {
        var start = _at;
        var isData = text[_at] == '@';
        if (isData) _at++;
        var (up, scoped) = (0, false);
        while (true)
        {
            if (text.AsSpan(_at).StartsWith("../", StringComparison.Ordinal)) (up, _at) = (up + 1, _at + 3);
            else if (text.AsSpan(_at).StartsWith("./", StringComparison.Ordinal)) (scoped, _at) = (true, _at + 2);
            else if (Follows("this.") || Follows("this/")) (scoped, _at) = (true, _at + 5);
            else break;
        }
        if (Ends("..")) return Done(new(up + 1, isData, [], Span(start, 2)) { IsScoped = true }, 2);
        if (Ends("this")) return Done(new(up, isData, [], Span(start, 4)) { IsScoped = true }, 4);
        if (Ends(".")) return Done(new(up, isData, [], Span(start, 1)) { IsScoped = true }, 1);
        var segments = new List<string>();
        do segments.Add(Segment());
        while (_at < text.Length && text[_at] is '.' or '/' && ++_at > 0);
        var path = new PathExpression(up, isData, segments, Span(start)) { IsScoped = scoped || up > 0 };
        return path is { IsData: false, Up: 0, IsScoped: false, Segments: [var only] } && Word(only) is { } literal ? new LiteralExpression(literal.Value, path.Span) : path;
    }

    private static (object? Value, bool Is)? Word(string only) => only switch { "true" => (true, true), "false" => (false, true), "null" or "undefined" => (null, true), _ => null };

    private PathExpression Done(PathExpression path, int length)
    {
        _at += length;
        return path;
    }

    private string Segment()
    {
        if (_at < text.Length && text[_at] == '[')
        {
            var close = text.IndexOf(']', _at);
            if (close < 0) throw Error("this [ is never closed.");
            var quoted = text[(_at + 1)..close];
            _at = close + 1;
            return quoted;
        }
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && text[_at] is not ('.' or '/' or '(' or ')' or '|' or '=' or '{' or '}' or '"' or '\'' or ',' or ';' or '!' or '%' or '*' or '+' or '<' or '>' or '^' or '`' or '~' or '&' or '#' or '@' or '[' or ']')) _at++;
        if (_at == start) throw Error(_at < text.Length ? $"\"{text[_at]}\" cannot stand in a name; write [names like this] in brackets." : "a name is missing.");
        return text[start.._at];
    }

    private string Quoted()
    {
        var quote = text[_at++];
        var value = new StringBuilder();
        for (; _at < text.Length; _at++)
        {
            var c = text[_at];
            if (c == quote)
            {
                _at++;
                return value.ToString();
            }
            if (c == '\\' && _at + 1 < text.Length && text[_at + 1] == quote) c = text[++_at];
            value.Append(c);
        }
        throw Error("a text is not closed.");
    }

    private string? NameBeforeEquals()
    {
        var at = _at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('=' or '"' or '\'' or '(' or ')')) at++;
        if (at == _at || at >= text.Length || text[at] != '=') return null;
        var name = text[_at..at];
        _at = at + 1;
        return name;
    }

    private bool AsNames()
    {
        var rest = text.AsSpan(_at + 2).TrimStart();
        return rest.StartsWith("|", StringComparison.Ordinal);
    }

    private bool Follows(string word) => text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal);

    private bool Ends(string word) => Follows(word) && (_at + word.Length == text.Length || char.IsWhiteSpace(text[_at + word.Length]) || text[_at + word.Length] is ')' or '=');

    private TextSpan Span(int start, int length = -1) => new(offset + start, offset + (length < 0 ? Math.Max(_at, start) : start + length));

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }
}
