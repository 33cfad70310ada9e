using System.Text.RegularExpressions;
using Turnpike.Prompts;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The plain placeholders <c>{{name}}</c> of prompts, for clients that fill them in by themselves.</summary>
internal static partial class PromptPlaceholders
{
    private const int DeepestPartial = 32;
    private const string Escaped = "\\{{";

    /// <summary>The text of a message as it was written.</summary>
    public static string Text(PromptMessage message) => string.Concat(message.Content.Select(part => part.Text));

    /// <summary>The names in a prompt's text that its variables lack.</summary>
    public static IReadOnlyList<string> Undeclared(Prompt prompt) =>
        [.. prompt.Messages.SelectMany(message => Plain().Matches(Text(message))).Select(match => match.Groups[1].Value).Where(name => name is not ("input" or "history") && prompt.Variables.All(variable => variable.Name != name)).Distinct()];

    /// <summary>What a text uses that is more than plain placeholders; null when nothing. Braces that a backslash makes text are more: clients that replace placeholders know no backslash.</summary>
    public static string? MoreThanPlain(string text) => text.Contains(Escaped, StringComparison.Ordinal) ? Escaped : Tags(text).FirstOrDefault(tag => !Plain().IsMatch(tag) || Plain().Match(tag).Groups[1].Value is "history" or "input");

    /// <summary>What stands between double braces, these included, in one pass: a text may be long and full of braces that nothing closes.</summary>
    private static IEnumerable<string> Tags(string text)
    {
        for (var at = 0; (at = text.IndexOf("{{", at, StringComparison.Ordinal)) >= 0;)
        {
            var close = text.IndexOf("}}", at + 2, StringComparison.Ordinal);
            if (close < 0) yield break;
            yield return text[at..(close + 2)];
            at = close + 2;
        }
    }

    /// <summary>The text with placeholders in single braces.</summary>
    public static string Single(string text) => Plain().Replace(text, match => "{" + match.Groups[1].Value + "}");

    /// <summary>A body cut into messages at its role marks; null when it uses more than plain placeholders.</summary>
    public static IReadOnlyList<(string Role, string Text)>? Messages(Prompt prompt, out string? more)
    {
        (string Role, string Text)[] messages = prompt.Body is { } body ? [("user", Resolved(prompt, body))] : [.. prompt.Messages.Select(message => (message.Role == "model" ? "assistant" : message.Role, Resolved(prompt, Text(message))))];
        more = prompt.Messages.Any(message => message.Content.Any(part => part.Type != "text")) ? "media" : messages.Select(message => MoreThanPlain(message.Text)).FirstOrDefault(found => found is not null);
        return more is null ? messages : null;
    }

    /// <summary>A text with the partials in it that take nothing from their place.</summary>
    private static string Resolved(Prompt prompt, string text, int depth = 0) =>
        Partial().Replace(text, match => depth < DeepestPartial && prompt.Partials?.FirstOrDefault(partial => partial.Name == match.Groups[1].Value) is { } found ? Resolved(prompt, found.Text, depth + 1) : match.Value);

    [GeneratedRegex(@"\{\{>\s*([A-Za-z0-9_./-]+)\s*\}\}")]
    private static partial Regex Partial();

    [GeneratedRegex(@"(?<!(?<!\\)\\)\{\{\{?~?\s*([A-Za-z_][A-Za-z0-9_-]*)\s*~?\}?\}\}")]
    private static partial Regex Plain();
}
