using System.Net;
using System.Text;

namespace Turnpike.Messages.Resources;

/// <summary>The words of a page that has too many tags to build a tree of: one pass over its letters, tags cut out, scripts and styles with what is in them.</summary>
internal static class PlainHtml
{
    public static string Of(string html)
    {
        var words = new StringBuilder(html.Length / 4);
        for (var at = 0; at < html.Length;)
        {
            var open = html.IndexOf('<', at);
            if (open < 0) open = html.Length;
            words.Append(html, at, open - at);
            if (open == html.Length) break;
            words.Append(' ');
            at = Silent(html, open, "script") ?? Silent(html, open, "style") ?? (html.IndexOf('>', open) is var close and >= 0 ? close + 1 : html.Length);
        }
        return ReadableHtml.Spaces(WebUtility.HtmlDecode(words.ToString()));
    }

    private static int? Silent(string html, int open, string name)
    {
        if (string.Compare(html, open + 1, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) != 0) return null;
        var end = html.IndexOf("</" + name, open, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? html.Length : html.IndexOf('>', end) is var close and >= 0 ? close + 1 : html.Length;
    }
}
