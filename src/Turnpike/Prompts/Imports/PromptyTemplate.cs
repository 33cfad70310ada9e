using System.Text;
using System.Text.RegularExpressions;
using Turnpike.Turns;

namespace Turnpike.Prompts.Imports;

/// <summary>
/// The body of a Prompty file as a template of ours: placeholders, conditions and loops of the plain kind; other blocks are refused with their text. A name that has another meaning here
/// gets the name that its input has, and inside of a loop a name that is not the loop's means the variable, as it does there.
/// </summary>
internal sealed partial class PromptyTemplate
{
    private static readonly string[] Words = ["else", "this"]; // of bodies that are Handlebars already

    private const int LongestPlaceholder = 300;

    private readonly Stack<(string Kind, string Item)> _blocks = [];
    private bool _isChanged;

    private PromptyTemplate()
    {
    }

    /// <exception cref="TurnException"><c>template_invalid</c>: a block that is not read.</exception>
    public static string Read(string body, FoundPrompt found)
    {
        var template = new PromptyTemplate();
        var read = template.Read(body);
        if (template._isChanged) found.Changes.Add("template: conditions and loops were written as Handlebars");
        return read;
    }

    private string Read(string body)
    {
        var (ours, at, open) = (new StringBuilder(body.Length), 0, -1);
        var last = body.LastIndexOf("%}", StringComparison.Ordinal); // behind it no block is closed, and all stays text
        while ((open = Next(body, Math.Max(at, open + 1))) >= 0)
        {
            if (body[open + 1] == '%')
            {
                if (open + 2 > last) continue;
                var close = body.IndexOf("%}", open + 2, StringComparison.Ordinal);
                ours.Append(body, at, open - at).Append(Block(body[open..(close + 2)], body[(open + 2)..close]));
                (at, open) = (close + 2, close + 1);
            }
            else if (Placeholder().Match(body, open, Math.Min(body.Length - open, LongestPlaceholder)) is { Success: true } placeholder)
            {
                ours.Append(body, at, open - at).Append(open > at && body[open - 1] == '\\' ? "\\" : "").Append("{{").Append(placeholder.Groups["before"].ValueSpan).Append(Named(placeholder.Groups["name"].Value)).Append(placeholder.Groups["after"].ValueSpan).Append("}}");
                (at, open) = (open + placeholder.Length, open + placeholder.Length - 1);
            }
        }
        return ours.Append(body, at, body.Length - at).ToString();
    }

    /// <summary>Where braces open next that hold something; -1: nowhere.</summary>
    private static int Next(string body, int at)
    {
        for (var open = body.IndexOf('{', at); open >= 0 && open + 1 < body.Length; open = body.IndexOf('{', open + 1)) if (body[open + 1] is '{' or '%') return open;
        return -1;
    }

    private string Block(string block, string inside)
    {
        _isChanged = true;
        switch (inside.Trim('-').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            case ["if", "not", var name]: return Opened("unless", "", Named(name));
            case ["if", var name]: return Opened("if", "", Named(name));
            case ["else"]: return "{{else}}";
            case ["for", var item, "in", var list]:
                var of = Named(list);
                return Opened("each", item, $"{of} as |{FoundPrompt.VariableOf(item)}|");
            case ["endif" or "endfor"] when _blocks.Count > 0: return $"{{{{/{_blocks.Pop().Kind}}}}}";
            default: throw Unread(block);
        }
    }

    private string Opened(string kind, string item, string of)
    {
        _blocks.Push((kind, item));
        return $"{{{{#{kind} {of}}}}}";
    }

    /// <summary>A path there, such as <c>person.name</c>, as it is written here.</summary>
    private string Named(string path)
    {
        var first = path.Split('.')[0];
        var rest = path[first.Length..];
        if (Words.Contains(first)) return path;
        var isInLoop = _blocks.Any(block => block.Kind == "each");
        if (isInLoop && first == "loop")
            return rest switch { ".first" => "@first", ".last" => "@last", ".index0" => "@index", _ => throw Unread(path, "loop.first, loop.last and loop.index0 are") };
        var ours = FoundPrompt.VariableOf(first) + rest;
        return isInLoop && _blocks.All(block => block.Item != first) ? "@root." + ours : ours;
    }

    private static TurnException Unread(string text, string read = "conditions \"if name\", loops \"for item in list\" and \"else\" are") =>
        new(TurnErrorCode.TemplateInvalid, $"\"{(text.Length > 100 ? text[..100] + "…" : text)}\" is not read: {read}.");

    [GeneratedRegex(@"\G\{\{(?<before>\s*)(?<name>[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*)(?<after>\s*)\}\}")]
    private static partial Regex Placeholder();
}
