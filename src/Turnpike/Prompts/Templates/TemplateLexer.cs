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
/// <param name="Indent">The white space before a partial that stands alone on its line.</param>
internal sealed record Tag(TagKind Kind, string Text, TextSpan Span, int ContentStart, bool TrimBefore = false, bool TrimAfter = false, string Indent = "");

/// <summary>Cuts a template into text and tags, in one pass.</summary>
internal static class TemplateLexer
{
    public static List<Tag> Cut(string source)
    {
        var tags = new List<Tag>();
        var text = new StringBuilder();
        var (at, textStart) = (0, 0);
        while (at < source.Length)
        {
            var open = source.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0) open = source.Length;
            var slashes = open == source.Length ? 0 : Backslashes(source, at, open);
            text.Append(source, at, open - at - (slashes > 0 ? 1 : 0));
            if (slashes == 1)
            {
                text.Append("{{");
                at = open + 2;
                continue;
            }
            if (text.Length > 0) tags.Add(new(TagKind.Text, text.ToString(), new(textStart, open), textStart));
            text.Clear();
            at = textStart = open;
            if (open == source.Length) break;
            var tag = TagReader.Read(source, open);
            tags.Add(tag);
            at = textStart = tag.Span.End;
        }
        if (text.Length > 0) tags.Add(new(TagKind.Text, text.ToString(), new(textStart, source.Length), textStart));
        return TemplateWhiteSpace.Trimmed(tags);
    }

    /// <summary>How many backslashes stand before the braces, as far as it matters: one makes them text, two are one and a tag.</summary>
    private static int Backslashes(string source, int from, int open) =>
        open - 1 < from || source[open - 1] != '\\' ? 0 : open - 2 < from || source[open - 2] != '\\' ? 1 : 2;
}
