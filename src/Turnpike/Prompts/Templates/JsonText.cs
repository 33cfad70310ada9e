using System.Globalization;
using System.Text;

namespace Turnpike.Prompts.Templates;

/// <summary>A value as JSON for people and models: order kept, numbers in their shortest form, nothing escaped that JSON does not ask for.</summary>
internal sealed class JsonText
{
    private const int Deepest = 128;
    private readonly StringBuilder _text = new();
    private readonly int _indent;
    private int _depth;

    private JsonText(int indent) => _indent = indent;

    /// <param name="value">The value; what is absent is <c>null</c>.</param>
    /// <param name="indent">Spaces a level; 0 for one line.</param>
    public static string Of(object? value, int indent)
    {
        var json = new JsonText(indent);
        json.Value(value);
        return json._text.ToString();
    }

    private void Value(object? value)
    {
        if (_text.Length > TemplateBudget.Longest) throw TemplateBudget.TooLong();
        switch (TemplateValues.Plain(value))
        {
            case null: _text.Append("null"); break;
            case bool truth: _text.Append(truth ? "true" : "false"); break;
            case string text: Quoted(text); break;
            case TypedText typed: Quoted(typed.Text); break;
            case MediaValue media: Quoted(media.Url); break;
            case MessagesValue messages: Value(messages.Json); break;
            case var number when TemplateNumber.Of(number) is { } parsed: _text.Append(double.IsFinite(parsed) ? TemplateNumber.Text(number) : "null"); break;
            case var list when TemplateValues.ListLength(list) >= 0:
                Enclosed('[', ']', TemplateLists.Items(list), Value);
                break;
            case var members:
                Enclosed('{', '}', TemplateLists.Members(members), member =>
                {
                    Quoted(member.Name);
                    _text.Append(_indent > 0 ? ": " : ":");
                    Value(member.Value);
                });
                break;
        }
    }

    private void Enclosed<T>(char open, char close, IEnumerable<T> items, Action<T> write)
    {
        if (++_depth > Deepest) throw TemplateErrors.Limit($"A value of the prompt is nested more than {Deepest} deep.");
        _text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst) _text.Append(',');
            isFirst = false;
            Line();
            write(item);
        }
        _depth--;
        if (!isFirst) Line();
        _text.Append(close);
    }

    private void Line()
    {
        if (_indent > 0) _text.Append('\n').Append(' ', _depth * _indent);
    }

    private void Quoted(string text)
    {
        _text.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\\') _text.Append('\\').Append(c);
            else if (c >= ' ' && !char.IsSurrogate(c)) _text.Append(c);
            else if (i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1])) _text.Append(c).Append(text[++i]);
            else Escaped(c);
        }
        _text.Append('"');
    }

    private void Escaped(char c)
    {
        var known = "\bb\tt\nn\ff\rr".IndexOf(c, StringComparison.Ordinal);
        if (c < ' ' && known >= 0) _text.Append('\\').Append("\bb\tt\nn\ff\rr"[known + 1]);
        else _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
    }
}
