using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>A <c>.prompt</c> file, cut into its front matter and its body. The pieces put together again are the file.</summary>
/// <param name="Opening">What stands before the YAML: comments and the opening fence; empty without front matter.</param>
/// <param name="Yaml">The YAML between the fences; null when the file has none.</param>
/// <param name="Closing">The closing fence with its line end.</param>
/// <param name="Rest">Everything behind it, or the whole file.</param>
internal sealed record PromptFileParts(string Opening, string? Yaml, string Closing, string Rest)
{
    /// <summary>Stands behind white space that belongs to the template: a comment, for the format trims what stands at the end.</summary>
    private const string End = "{{!}}";

    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    /// <summary>The line, from 1, on which the YAML begins.</summary>
    public int YamlLine => Opening.Count(c => c == '\n') + (Opening.Contains('\n', StringComparison.Ordinal) ? 1 : Opening.Count(c => c == '\r') + 1);

    /// <summary>The template: trimmed when there is front matter, as it is when there is none. A comment that says nothing keeps the white space before it, and is not part of the template.</summary>
    public string Body => Yaml is null ? Rest : Rest.Trim() is var body && body.EndsWith(End, StringComparison.Ordinal) && body.Length > End.Length && char.IsWhiteSpace(body[^(End.Length + 1)]) ? body[..^End.Length] : body;

    /// <summary>A template as it stands behind a front matter.</summary>
    public static string Ended(string body) => body.Length > 0 && char.IsWhiteSpace(body[^1]) && !string.IsNullOrWhiteSpace(body) ? body + End : body;

    /// <summary>Where <see cref="Body"/> begins in the file.</summary>
    public int BodyStart(string text) => text.Length - Rest.Length + (Yaml is null ? 0 : Rest.Length - Rest.AsSpan().TrimStart().Length);

    /// <exception cref="TurnException"><c>template_invalid</c> for a front matter that is opened and never closed.</exception>
    public static PromptFileParts Of(string text)
    {
        var at = text.StartsWith('\uFEFF') ? 1 : 0;
        var line = 1;
        for (; at < text.Length; line++)
        {
            var (content, next) = Line(text, at);
            at = next;
            if (IsFence(content)) return Fenced(text, next, line);
            if (content.Trim(Blanks).Length > 0 && !content.StartsWith('#')) break;
        }
        return new("", null, "", text.StartsWith('\uFEFF') ? text[1..] : text);
    }

    private static PromptFileParts Fenced(string text, int yaml, int line)
    {
        for (var at = yaml; at < text.Length;)
        {
            var (content, next) = Line(text, at);
            if (IsFence(content) && next > at + content.Length) return new(text[..yaml], text[yaml..at], text[at..next], text[next..]);
            if (IsFence(content)) throw FileErrors.At(text.AsSpan(0, at).Count('\n') + 1, 1, "the \"---\" that closes the front matter needs a line end behind it.", TurnErrorCode.TemplateInvalid);
            at = next;
        }
        throw FileErrors.At(line, 1, "this \"---\" opens a front matter, and no later line \"---\" closes it.", TurnErrorCode.TemplateInvalid);
    }

    private static bool IsFence(string content) => content.StartsWith("---", StringComparison.Ordinal) && content.AsSpan(3).Trim(Blanks).IsEmpty;

    private static (string Content, int Next) Line(string text, int at)
    {
        var end = text.AsSpan(at).IndexOfAny('\r', '\n');
        if (end < 0) return (text[at..], text.Length);
        end += at;
        return (text[at..end], text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1);
    }
}
