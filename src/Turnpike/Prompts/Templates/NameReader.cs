using System.Text;
using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Reads words, paths and quoted texts from the inside of a tag.</summary>
internal sealed class NameReader(string source, string text, int offset)
{
    private const string Excluded = "!\"#%&'()*+,./;<=>@[\\]^`{|}~";

    public int At { get; private set; }

    public bool AtEnd
    {
        get
        {
            while (At < text.Length && char.IsWhiteSpace(text[At])) At++;
            return At >= text.Length;
        }
    }

    public char Current => text[At];

    public string Rest => text[At..].Trim() is var rest && rest.Length > 40 ? rest[..40] + "…" : rest;

    /// <summary>Whether <c>as |names|</c> follows.</summary>
    public bool IsAsNames => !AtEnd && Follows("as") && Peek() == "as" && text.AsSpan(At + 2).TrimStart().StartsWith("|", StringComparison.Ordinal);

    public TextSpan Span(int start) => new(offset + start, offset + Math.Max(At, start));

    /// <summary>Goes on by some characters; returns where they stand.</summary>
    public TextSpan Skip(int count)
    {
        At += count;
        return Span(At - count);
    }

    /// <summary>The next word without reading on; empty at the end.</summary>
    public string Peek()
    {
        if (AtEnd) return "";
        var end = At;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('(' or ')' or '|' or '=')) end++;
        return text[At..end];
    }

    /// <summary>The next word, such as a helper's name.</summary>
    public string Word()
    {
        var word = Peek();
        At += word.Length;
        return word;
    }

    /// <summary>The name of a named argument, read together with its <c>=</c>; null when none follows.</summary>
    public string? TryNameBeforeEquals()
    {
        var before = At;
        if (AtEnd || text[At] is '"' or '\'' or '(') return null;
        var name = text[At] == '[' ? Quoted(']') : Plain();
        if (name.Length > 0 && !AtEnd && text[At] == '=')
        {
            At++;
            return name;
        }
        At = before;
        return null;
    }

    /// <summary>The names of <c>as |item index|</c>.</summary>
    public string[] AsNames()
    {
        if (!IsAsNames) return [];
        var start = At;
        At = text.IndexOf('|', At) + 1;
        var close = text.IndexOf('|', At);
        if (close < 0) throw Error("the names behind \"as |\" are not closed with a bar.");
        var names = text[At..close].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        At = close + 1;
        return names.Length is 1 or 2 ? names : throw TemplateErrors.Invalid(source, Span(start), "a block gives one name or two: as |item| or as |item index|.");
    }

    public string Quoted() => Quoted(text[At]);

    public PathExpression Path()
    {
        var start = At;
        var isData = text[At] == '@';
        if (isData) At++;
        var (up, scoped) = (0, false);
        while (true)
        {
            if (Follows("../")) (up, At, scoped) = (up + 1, At + 3, true);
            else if (Follows("./")) (At, scoped) = (At + 2, true);
            else if (Follows("this.") || Follows("this/")) (At, scoped) = (At + 5, true);
            else break;
        }
        foreach (var whole in (ReadOnlySpan<string>)["..", ".", "this"])
        {
            if (!Ends(whole)) continue;
            At += whole.Length;
            return new(whole == ".." ? up + 1 : up, isData, true, [], Span(start), "");
        }
        var segments = new List<string>();
        do segments.Add(Segment());
        while (At < text.Length && text[At] is '.' or '/' && ++At > 0);
        return new(up, isData, scoped, [.. segments], Span(start), "");
    }

    public TurnException Error(string message) => TemplateErrors.Invalid(source, new(offset + Math.Min(At, text.Length), offset + Math.Min(At + 1, text.Length)), message);

    private string Segment()
    {
        if (At < text.Length && text[At] == '[') return Quoted(']');
        var name = Plain();
        if (name.Length == 0) throw Error(At < text.Length ? $"\"{text[At]}\" cannot stand in a name; write [names like this] in brackets." : "a name is missing.");
        return name == "this" ? throw Error("\"this\" stands at the beginning of a path only.") : name;
    }

    private string Plain()
    {
        var start = At;
        while (At < text.Length && !char.IsWhiteSpace(text[At]) && !Excluded.Contains(text[At], StringComparison.Ordinal)) At++;
        return text[start..At];
    }

    private string Quoted(char closing)
    {
        var value = new StringBuilder();
        for (At++; At < text.Length; At++)
        {
            if (text[At] == '\\' && At + 1 < text.Length && text[At + 1] == closing) At++;
            else if (text[At] == closing) break;
            value.Append(text[At]);
        }
        if (At >= text.Length) throw Error($"a text is not closed; it needs {closing}.");
        At++;
        return value.ToString();
    }

    private bool Follows(string word) => text.AsSpan(At).StartsWith(word, StringComparison.Ordinal);

    private bool Ends(string word) => Follows(word) && (At + word.Length == text.Length || char.IsWhiteSpace(text[At + word.Length]) || text[At + word.Length] is ')' or '=');
}
