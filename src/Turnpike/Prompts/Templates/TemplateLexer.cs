using System.Text;
using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

internal enum TagKind { Text, Value, Open, OpenInverse, Close, Else, Partial, Comment }

/// <param name="Kind">What the tag is.</param>
/// <param name="Text">The text, or what stands between the braces, without sigil and <c>~</c>.</param>
/// <param name="Span">Where it stands, braces included.</param>
/// <param name="ContentStart">Where <paramref name="Text"/> begins in the source.</param>
/// <param name="TrimBefore">Whether <c>~</c> takes the white space before it.</param>
/// <param name="TrimAfter">Whether <c>~</c> takes the white space behind it.</param>
internal sealed record Tag(TagKind Kind, string Text, TextSpan Span, int ContentStart, bool TrimBefore = false, bool TrimAfter = false);

/// <summary>Cuts a template into text and tags, and takes the white space that <c>~</c> and tags alone on their line take.</summary>
internal static class TemplateLexer
{
    public static List<Tag> Cut(string source)
    {
        var tags = new List<Tag>();
        var text = new StringBuilder();
        var textStart = 0;
        for (var at = 0; at < source.Length;)
        {
            var open = source.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0) open = source.Length;
            var backslashes = 0;
            while (backslashes < 2 && open - backslashes > at && source[open - backslashes - 1] == '\\') backslashes++;
            if (open < source.Length && backslashes == 1)
            {
                text.Append(source, at, open - 1 - at).Append("{{");
                at = open + 2;
                continue;
            }
            text.Append(source, at, open - at - (open < source.Length && backslashes == 2 ? 1 : 0));
            if (text.Length > 0) tags.Add(new(TagKind.Text, text.ToString(), new(textStart, open), textStart));
            text.Clear();
            if (open == source.Length) break;
            var tag = Read(source, open);
            tags.Add(tag);
            at = textStart = tag.Span.End;
        }
        if (text.Length > 0) tags.Add(new(TagKind.Text, text.ToString(), new(textStart, source.Length), textStart));
        return Trimmed(tags);
    }

    private static Tag Read(string source, int open)
    {
        if (source.AsSpan(open).StartsWith("{{{{", StringComparison.Ordinal)) throw TemplateErrors.Invalid(source, new(open, open + 4), "raw blocks ({{{{…}}}}) are not supported; write \\{{ for a literal {{.");
        var triple = source.AsSpan(open).StartsWith("{{{", StringComparison.Ordinal);
        var start = open + (triple ? 3 : 2);
        var trimBefore = start < source.Length && source[start] == '~';
        if (trimBefore) start++;
        var isComment = start < source.Length && source[start] == '!';
        var isLong = isComment && source.AsSpan(start).StartsWith("!--", StringComparison.Ordinal);
        var closing = triple ? "}}}" : "}}";
        var close = isLong ? CloseOfLong(source, start) : isComment ? source.IndexOf("}}", start, StringComparison.Ordinal) : CloseOutsideQuotes(source, start, closing);
        if (close < 0) throw TemplateErrors.Invalid(source, new(open, Math.Min(open + 2, source.Length)), $"this {{{{ is never closed; it needs {closing}. Write \\{{{{ for a literal {{{{.");
        var end = close + closing.Length;
        var trimAfter = close > start && source[close - 1] == '~';
        var content = source[start..(trimAfter ? close - 1 : close)];
        var (kind, skip) = triple ? (TagKind.Value, 0) : Kind(source, content, new(open, end));
        return new(kind, content[skip..], new(open, end), start + skip, trimBefore, trimAfter);
    }

    private static (TagKind Kind, int Skip) Kind(string source, string content, TextSpan span)
    {
        var lead = content.Length - content.TrimStart().Length;
        switch (content.Length > lead ? content[lead] : '\0')
        {
            case '!': return (TagKind.Comment, lead + 1);
            case '/': return (TagKind.Close, lead + 1);
            case '&': return (TagKind.Value, lead + 1);
            case '>': return (TagKind.Partial, lead + 1);
            case '^': return content.Trim() == "^" ? (TagKind.Else, content.Length) : (TagKind.OpenInverse, lead + 1);
            case '#' when content.Length > lead + 1 && content[lead + 1] == '>': throw TemplateErrors.Invalid(source, span, "partial blocks ({{#> …}}) are not supported.");
            case '#' when content.Length > lead + 1 && content[lead + 1] == '*': throw TemplateErrors.Invalid(source, span, "inline partials and decorators ({{#* …}}) are not supported.");
            case '*': throw TemplateErrors.Invalid(source, span, "decorators ({{* …}}) are not supported.");
            case '#': return (TagKind.Open, lead + 1);
        }
        var word = content.AsSpan(lead);
        if (word.StartsWith("else", StringComparison.Ordinal) && (word.Length == 4 || char.IsWhiteSpace(word[4]))) return (TagKind.Else, lead + 4);
        return (TagKind.Value, 0);
    }

    private static int CloseOfLong(string source, int start)
    {
        var end = source.IndexOf("--}}", start, StringComparison.Ordinal);
        var trimmed = source.IndexOf("--~}}", start, StringComparison.Ordinal);
        return trimmed >= 0 && (end < 0 || trimmed < end) ? trimmed + 3 : end < 0 ? -1 : end + 2;
    }

    private static int CloseOutsideQuotes(string source, int start, string closing)
    {
        var quote = '\0';
        for (var i = start; i < source.Length; i++)
        {
            var c = source[i];
            if (quote != '\0')
            {
                if (c == '\\' && i + 1 < source.Length) i++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '[')
            {
                var end = source.IndexOf(']', i);
                if (end < 0) return -1;
                i = end;
            }
            else if (c == '}' && source.AsSpan(i).StartsWith(closing, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Takes white space: what <c>~</c> asks for, and the whole line of a block, comment or partial tag that stands alone on it.</summary>
    private static List<Tag> Trimmed(List<Tag> tags)
    {
        var alone = new bool[tags.Count];
        for (var i = 0; i < tags.Count; i++)
            alone[i] = tags[i].Kind is not (TagKind.Text or TagKind.Value) && EndsALine(tags, i - 1) && BeginsALine(tags, i + 1);
        var result = new List<Tag>(tags.Count);
        for (var i = 0; i < tags.Count; i++)
        {
            if (tags[i].Kind != TagKind.Text)
            {
                result.Add(tags[i]);
                continue;
            }
            var text = tags[i].Text.AsSpan();
            if (i > 0 && tags[i - 1].TrimAfter) text = text.TrimStart();
            else if (i > 0 && alone[i - 1]) text = WithoutLineEnd(text);
            if (i + 1 < tags.Count && tags[i + 1].TrimBefore) text = text.TrimEnd();
            else if (i + 1 < tags.Count && alone[i + 1]) text = text.TrimEnd(" \t");
            if (text.Length > 0) result.Add(text.Length == tags[i].Text.Length ? tags[i] : tags[i] with { Text = text.ToString() });
        }
        return result;
    }

    private static bool EndsALine(List<Tag> tags, int i)
    {
        if (i < 0) return true;
        if (tags[i].Kind != TagKind.Text) return false;
        var rest = tags[i].Text.AsSpan().TrimEnd(" \t");
        return rest.Length == 0 ? i == 0 : rest[^1] == '\n';
    }

    private static bool BeginsALine(List<Tag> tags, int i)
    {
        if (i == tags.Count) return true;
        if (tags[i].Kind != TagKind.Text) return false;
        var rest = tags[i].Text.AsSpan().TrimStart(" \t");
        return rest.Length == 0 ? i == tags.Count - 1 : rest[0] == '\n' || rest.StartsWith("\r\n", StringComparison.Ordinal);
    }

    private static ReadOnlySpan<char> WithoutLineEnd(ReadOnlySpan<char> text)
    {
        var rest = text.TrimStart(" \t");
        return rest.StartsWith("\r\n", StringComparison.Ordinal) ? rest[2..] : rest.StartsWith("\n", StringComparison.Ordinal) ? rest[1..] : rest;
    }
}
