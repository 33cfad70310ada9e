using System.Globalization;
using Turnpike.Turns;

namespace Turnpike.Cli.Output;

/// <summary>Shows the line of a text that a message is about, with carets under the place.</summary>
internal static class SpanMark
{
    private const int MostShown = 76;

    /// <summary>Two lines: the text's line and the carets; a stretch over several lines is marked to the end of its first.</summary>
    public static string Of(string text, TextSpan span, Paint paint)
    {
        var start = Math.Clamp(span.Start, 0, text.Length);
        var end = Math.Clamp(span.End, start, text.Length);
        var lineStart = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        var lineEnd = text.IndexOf('\n', start);
        if (lineEnd < 0) lineEnd = text.Length;
        if (lineEnd > lineStart && text[lineEnd - 1] == '\r') lineEnd--;
        end = Math.Min(end, lineEnd);

        var from = start - lineStart > MostShown / 2 ? start - MostShown / 2 : lineStart;
        var to = Math.Min(lineEnd, from + MostShown);
        var (before, after) = (from > lineStart ? "…" : "", to < lineEnd ? "…" : "");
        var carets = new string('^', Math.Max(1, Columns(text.AsSpan(start, Math.Max(0, Math.Min(end, to) - start)))));
        var indent = new string(' ', before.Length + Columns(text.AsSpan(from, Math.Max(0, Math.Min(start, to) - from))));
        return $"  {before}{Terminals.Safe(text[from..to].Replace('\t', ' '))}{after}\n  {indent}{paint.Yellow(carets)}\n";
    }

    private static int Columns(ReadOnlySpan<char> text)
    {
        var columns = 0;
        for (; text.Length > 0; columns++) text = text[StringInfo.GetNextTextElementLength(text)..];
        return columns;
    }
}
