using System.Globalization;

namespace Turnpike.Triggers.Parsing;

/// <summary>Small questions about the lines and places of a text.</summary>
internal static class Lines
{
    public static bool IsBreak(char unit) => unit is '\n' or '\r';

    public static bool IsBlank(char unit) => char.IsWhiteSpace(unit) && !IsBreak(unit);

    /// <summary>Where the line that holds an index ends, its break not included.</summary>
    public static int End(string text, int from)
    {
        var next = text.AsSpan(from).IndexOfAny('\n', '\r');
        return next < 0 ? text.Length : from + next;
    }

    /// <summary>Where the line behind an index begins; the text's length when there is none.</summary>
    public static int Next(string text, int from) => Behind(text, End(text, from));

    /// <summary>The index behind the line break at an index, <c>\r\n</c> being one; the index itself where there is none.</summary>
    public static int Behind(string text, int at)
    {
        if (at >= text.Length || !IsBreak(text[at])) return at;
        return text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2 : at + 1;
    }

    /// <summary>The first index that is not blank; line breaks are not passed.</summary>
    public static int SkipBlanks(string text, int from)
    {
        while (from < text.Length && IsBlank(text[from])) from++;
        return from;
    }

    /// <summary>How often the character at an index follows itself.</summary>
    public static int Run(string text, int from)
    {
        var other = text.AsSpan(from).IndexOfAnyExcept(text[from]);
        return other < 0 ? text.Length - from : other;
    }

    /// <summary>Whether an odd number of backslashes stands before an index.</summary>
    public static bool IsEscaped(string text, int at, int notBefore)
    {
        var slash = at;
        while (slash > notBefore && text[slash - 1] == '\\') slash--;
        return (at - slash) % 2 == 1;
    }

    /// <summary>Whether START counts at an index: at the start of the text, after white space, or after an opening bracket or quote.</summary>
    public static bool OpensAt(string text, int at)
    {
        if (at == 0) return true;
        var before = text[at - 1];
        if (before < 128) return before is ' ' or '\n' or '(' or '"' or '\'' or '[' or '{' or '<' || char.IsWhiteSpace(before);
        return char.IsWhiteSpace(before) || char.GetUnicodeCategory(before) is UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation;
    }

    /// <summary>Whether a line's beginning holds only white space, quotation marks and list markers, so that a block may begin behind it.</summary>
    public static bool IsContainerPrefix(ReadOnlySpan<char> prefix, out bool quoted)
    {
        quoted = false;
        while (true)
        {
            prefix = prefix.TrimStart(" \t");
            if (prefix.IsEmpty) return true;
            var marker = prefix[0] is '>' or '-' or '*' or '+' ? 1 : Numbered(prefix);
            if (marker == 0) return false;
            if (prefix[0] == '>') quoted = true;
            else if (marker >= prefix.Length || prefix[marker] is not (' ' or '\t')) return false;
            prefix = prefix[marker..];
        }
    }

    /// <summary>Whether what stands behind a run of three or more marks may be a fence's info text: it holds no backtick behind backticks.</summary>
    public static bool IsFenceInfo(string text, int run, int length) =>
        text[run] == '~' || !text.AsSpan(run + length, End(text, run) - run - length).Contains('`');

    /// <summary>Whether a line that begins at an index is empty or opens a fence.</summary>
    public static bool EndsParagraph(string text, int line)
    {
        var end = End(text, line);
        var mark = line;
        while (mark < end && text[mark] is not ('`' or '~') && !char.IsLetter(text[mark])) mark++;
        if (mark == end) return text.AsSpan(line, end - line).IsWhiteSpace();
        if (char.IsLetter(text[mark])) return false;
        var length = Run(text, mark);
        return length >= 3 && IsContainerPrefix(text.AsSpan(line, mark - line), out _) && IsFenceInfo(text, mark, length);
    }

    private static int Numbered(ReadOnlySpan<char> prefix)
    {
        var digits = prefix.IndexOfAnyExceptInRange('0', '9');
        return digits is > 0 and <= 9 && prefix[digits] is '.' or ')' ? digits + 1 : 0;
    }
}
