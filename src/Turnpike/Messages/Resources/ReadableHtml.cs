using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Turnpike.Messages.Resources;

/// <summary>A page as people read it: headings, paragraphs, lists, tables and code, without menus, scripts and styles.</summary>
internal static partial class ReadableHtml
{
    private const int MostTags = 30_000; // beyond it no tree is built: where nothing is closed, each tag looks through all that are open
    private static readonly HashSet<string> Left = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "svg", "iframe", "head", "button", "select", "canvas", "dialog" };
    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "section", "article", "main", "header", "ul", "ol", "dl", "dt", "dd", "li", "table", "tr", "blockquote", "pre", "figure", "figcaption", "address", "details", "summary", "hr", "body", "h1", "h2", "h3", "h4", "h5", "h6", "caption",
    };

    /// <summary>The text of a page, and its title if it has one.</summary>
    public static (string Text, string? Title) Of(string html)
    {
        if (html.AsSpan().Count('<') > MostTags) return (PlainHtml.Of(html), null);
        using var page = new HtmlParser(new HtmlParserOptions { IsScripting = false }).ParseDocument(FormattingTag().Replace(html, "$1span$2"));
        INode? main = page.QuerySelector("main") ?? (page.QuerySelectorAll("article") is { Length: 1 } only ? only[0] : null) ?? (INode?)page.Body ?? page.DocumentElement;
        var title = page.Title is { } named && Spaces(named) is { Length: > 0 } words ? words : null;
        return (main is null ? "" : Write(main), title);
    }

    /// <summary>
    /// The tags that are opened again in each paragraph behind the one that did not close them: a thousand of them and two thousand paragraphs, 25 kB, make two million elements. To their text it is all one.
    /// Source: https://html.spec.whatwg.org/multipage/parsing.html#the-list-of-active-formatting-elements
    /// </summary>
    [GeneratedRegex(@"(</?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)([\s/>])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FormattingTag();

    /// <summary>Walks the tree without recursion: a page may be nested as deep as it is long.</summary>
    private static string Write(INode root)
    {
        var text = new ReadableText();
        for (INode? node = root; node is not null;)
        {
            if (Enter(node, text) && node.FirstChild is { } child)
            {
                node = child;
                continue;
            }
            while (node is not null)
            {
                Leave(node, text);
                if (ReferenceEquals(node, root)) return text.ToString();
                if (node.NextSibling is { } next)
                {
                    node = next;
                    break;
                }
                node = node.Parent;
            }
        }
        return text.ToString();
    }

    /// <returns>Whether what is inside is read.</returns>
    private static bool Enter(INode node, ReadableText text)
    {
        if (node is IText words) text.Words(words.Data, IsPreformatted(words));
        if (node is not IElement element) return false;
        var name = element.LocalName;
        if (Left.Contains(name) || element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true") return false;
        if (Blocks.Contains(name)) text.Break(name is "li" or "tr" or "dt" or "dd" ? 1 : 2);
        if (name.Length == 2 && name[0] == 'h' && name[1] is >= '1' and <= '6') text.Mark(new string('#', name[1] - '0') + " ");
        else if (name == "li") text.Mark("- ");
        else if (name == "br") text.Break(1);
        else if (name is "td" or "th" && element.PreviousElementSibling is not null) text.Mark(" | ");
        else if (name == "pre") text.Mark("```\n");
        else if (name == "img" && element.GetAttribute("alt") is { Length: > 0 } alt) text.Words($"[{alt}]", false);
        return true;
    }

    private static void Leave(INode node, ReadableText text)
    {
        if (node is not IElement element || !Blocks.Contains(element.LocalName) || Left.Contains(element.LocalName)) return;
        if (element.LocalName == "pre") text.Mark("\n```");
        text.Break(element.LocalName is "li" or "tr" or "dt" or "dd" ? 1 : 2);
    }

    private static bool IsPreformatted(IText words)
    {
        var parent = words.ParentElement;
        for (var up = 0; parent is not null && up < 4; up++, parent = parent.ParentElement)
            if (parent.LocalName == "pre") return true;
        return false;
    }

    internal static string Spaces(string text)
    {
        var joined = new StringBuilder(text.Length);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) joined.Append(joined.Length == 0 ? "" : " ").Append(word);
        return joined.ToString();
    }
}
