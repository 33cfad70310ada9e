using System.Text;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>A <c>.prompt</c> file, cut into its front matter and its body.</summary>
/// <param name="FrontMatter">The YAML between the fences; null when the file has none.</param>
/// <param name="FrontMatterLine">The line, from 1, on which the YAML begins.</param>
/// <param name="Body">The template: trimmed when there is front matter, as it is when there is none.</param>
internal sealed record PromptFileParts(string? FrontMatter, int FrontMatterLine, string Body)
{
    public static PromptFileParts Of(string text)
    {
        if (text.StartsWith('\uFEFF')) text = text[1..];
        var at = 0;
        var line = 1;
        while (at < text.Length)
        {
            var (content, next) = Line(text, at);
            if (content == "---") break;
            if (content.Trim().Length > 0 && !content.StartsWith('#')) return new(null, 0, text);
            (at, line) = (next, line + 1);
        }
        if (at >= text.Length) return new(null, 0, text);
        var yamlStart = Line(text, at).Next;
        var yaml = new StringBuilder();
        for (at = yamlStart; at < text.Length;)
        {
            var (content, next) = Line(text, at);
            if (content == "---" && next > at + 3) return new(yaml.ToString(), line + 1, text[next..].Trim());
            yaml.Append(content).Append('\n');
            at = next;
        }
        throw new TurnException(TurnErrorCode.TemplateInvalid, $"Line {line} opens the front matter with \"---\", and no later line \"---\" closes it.") { Field = "file" };
    }

    private static (string Content, int Next) Line(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        if (end < 0) return (text[at..].TrimEnd('\r'), text.Length);
        return (text[at..end].TrimEnd('\r'), end + 1);
    }
}
