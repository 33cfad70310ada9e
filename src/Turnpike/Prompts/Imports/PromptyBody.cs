using System.Text;
using System.Text.RegularExpressions;

namespace Turnpike.Prompts.Imports;

/// <summary>The body of a Prompty file: lines that say whose message begins, texts, and images on lines of their own.</summary>
internal static partial class PromptyBody
{
    public static bool HasRoles(string body) => RoleLine().IsMatch(body);

    public static List<PromptMessage> Messages(string body, FoundPrompt found)
    {
        var (messages, role, parts, text) = (new List<PromptMessage>(), "system", new List<PromptPart>(), new StringBuilder());
        foreach (var line in body.ReplaceLineEndings("\n").Split('\n'))
        {
            if (RoleLine().Match(line) is { Success: true } match)
            {
                EndMessage();
                role = match.Groups[1].Value.ToLowerInvariant();
            }
            else if (ImageLine.Match(line) is { Success: true } image)
            {
                EndText();
                parts.Add(new() { Type = "media", Url = image.Groups[1].Value, MediaType = "image/*" });
            }
            else
            {
                if (OtherRole.IsMatch(line)) found.Changes.Add($"line \"{line.Trim()}\": stays text, messages of this role are not imported");
                else if (OtherImage.IsMatch(line)) found.Changes.Add($"line \"{line.Trim()}\": stays text, an image is taken from a variable, an http address or a data address");
                text.Append(line).Append('\n');
            }
        }
        EndMessage();
        return messages;

        void EndText()
        {
            if (text.ToString().Trim() is { Length: > 0 } said) parts.Add(new() { Type = "text", Text = said });
            text.Clear();
        }

        void EndMessage()
        {
            EndText();
            if (parts.Count > 0) messages.Add(FoundPrompt.Message(role, "") with { Content = [.. parts] });
            parts.Clear();
        }
    }

    /// <summary>A body without what is written for its authors; <c>{{#</c> begins no comment.</summary>
    public static string WithoutComments(string body, FoundPrompt found)
    {
        var (left, at, from) = (new StringBuilder(body.Length), 0, 0);
        while (body.IndexOf("{#", from, StringComparison.Ordinal) is var open and >= 0)
        {
            from = open + 2;
            if (open > 0 && body[open - 1] == '{') continue;
            if (body.IndexOf("#}", from, StringComparison.Ordinal) is not (var close and >= 0)) break;
            left.Append(body, at, open - at);
            at = from = close + 2;
        }
        if (at == 0) return body;
        found.Changes.Add("template: comments {# … #} are left out");
        return left.Append(body, at, body.Length - at).ToString();
    }

    [GeneratedRegex(@"^[ \t]*(system|user|assistant|developer)[ \t]*:[ \t]*\r?$", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex RoleLine();

    [GeneratedRegex(@"^[ \t]*(?:tool|function)[ \t]*:[ \t]*$", RegexOptions.IgnoreCase)]
    private static partial Regex OtherRole { get; }

    [GeneratedRegex(@"^[ \t]*!\[[^\]]*\]\([ \t]*(\{\{[ \t]*[A-Za-z_][A-Za-z0-9_]*[ \t]*\}\}|https?://[^\s)]+|data:image/[^\s)]+)[ \t]*\)[ \t]*$")]
    private static partial Regex ImageLine { get; }

    [GeneratedRegex(@"^[ \t]*!\[[^\]]*\]\([^)]*\)[ \t]*$")]
    private static partial Regex OtherImage { get; }
}
