using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Reads one tag, from its opening braces to its closing ones.</summary>
internal static class TagReader
{
    public static Tag Read(string source, int open)
    {
        var start = open + 2;
        if (At(source, start, "{{")) throw TemplateErrors.Invalid(source, new(open, open + 4), "raw blocks ({{{{ … }}}}) are not supported; write \\{{ for a literal {{.");
        var trimBefore = At(source, start, "~");
        if (trimBefore) start++;
        if (At(source, start, "!")) return Comment(source, open, start, trimBefore);
        var isTriple = At(source, start, "{");
        if (isTriple) start++;
        var close = Close(source, start, open, isTriple);
        var end = close + (isTriple ? 1 : 0);
        var trimAfter = At(source, end, "~");
        var span = new TextSpan(open, end + (trimAfter ? 3 : 2));
        var content = source[start..close];
        var (kind, skip) = isTriple ? (TagKind.Value, 0) : Kind(source, content, span);
        return new(kind, content[skip..], span, start + skip, trimBefore, trimAfter);
    }

    private static Tag Comment(string source, int open, int start, bool trimBefore)
    {
        var isLong = At(source, start, "!--");
        var end = start;
        do end = source.IndexOf("}}", end + 1, StringComparison.Ordinal);
        while (isLong && end >= 0 && !source.AsSpan(start + 1, end - start - 1).TrimEnd('~').EndsWith("--", StringComparison.Ordinal));
        if (end < 0) throw Unclosed(source, open, isLong ? "--}}" : "}}");
        return new(TagKind.Comment, "", new(open, end + 2), start, trimBefore, source[end - 1] == '~');
    }

    /// <summary>Where the content ends: at <c>~</c> or the closing braces that stand outside of quotes and brackets.</summary>
    private static int Close(string source, int start, int open, bool isTriple)
    {
        for (var i = start; i < source.Length; i++)
        {
            switch (source[i])
            {
                case '"' or '\'':
                    i = EndOf(source, i, source[i]);
                    break;
                case '[':
                    i = EndOf(source, i, ']');
                    break;
                case '~' when !isTriple && At(source, i + 1, "}}"):
                case '}' when !isTriple && At(source, i, "}}"):
                case '}' when isTriple && (At(source, i, "}}}") || At(source, i, "}~}}")):
                    return i;
                case '{' when At(source, i, "{{"):
                    throw TemplateErrors.Invalid(source, new(open, i), "this {{ is not closed before the next one. Write \\{{ for a literal {{.");
            }
        }
        throw Unclosed(source, open, isTriple ? "}}}" : "}}");
    }

    private static int EndOf(string source, int start, char closing)
    {
        for (var i = start + 1; i < source.Length; i++)
        {
            if (source[i] == '\\' && At(source, i + 1, closing)) i++;
            else if (source[i] == closing) return i;
        }
        throw TemplateErrors.Invalid(source, new(start, start + 1), $"what begins with {source[start]} is never closed; it needs {closing}.");
    }

    private static (TagKind Kind, int Skip) Kind(string source, string content, TextSpan span)
    {
        var lead = content.Length - content.AsSpan().TrimStart().Length;
        var word = content.AsSpan(lead);
        if (word.IsEmpty) throw TemplateErrors.Invalid(source, span, "there is nothing between the braces.");
        switch (word[0])
        {
            case '/': return (TagKind.Close, lead + 1);
            case '&': return (TagKind.Value, lead + 1);
            case '>': return (TagKind.Partial, lead + 1);
            case '^': return word.TrimEnd().Length == 1 ? (TagKind.Else, content.Length) : (TagKind.OpenInverse, lead + 1);
            case '#' when word.Length > 1 && word[1] == '>': throw TemplateErrors.Invalid(source, span, "partial blocks ({{#> …}}) are not supported.");
            case '#' when word.Length > 1 && word[1] == '*': throw TemplateErrors.Invalid(source, span, "inline partials and decorators ({{#* …}}) are not supported.");
            case '*': throw TemplateErrors.Invalid(source, span, "decorators ({{* …}}) are not supported.");
            case '#': return (TagKind.Open, lead + 1);
        }
        var isElse = word.StartsWith("else", StringComparison.Ordinal) && (word.Length == 4 || char.IsWhiteSpace(word[4]));
        return isElse ? (TagKind.Else, lead + 4) : (TagKind.Value, 0);
    }

    private static bool At(string source, int at, string text) => at < source.Length && source.AsSpan(at).StartsWith(text, StringComparison.Ordinal);

    private static bool At(string source, int at, char c) => at < source.Length && source[at] == c;

    private static TurnException Unclosed(string source, int open, string closing) =>
        TemplateErrors.Invalid(source, new(open, open + 2), $"this {{{{ is never closed; it needs {closing}. Write \\{{{{ for a literal {{{{.");
}
