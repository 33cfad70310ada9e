using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Turnpike.Prompts;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The plain placeholders <c>{{name}}</c> of prompts, for clients that fill them in by themselves.</summary>
internal static partial class PromptPlaceholders
{
    private const int DeepestPartial = 32;
    private const int Longest = 1 << 20; // letters that partials may bring, those inside of others too
    /// <summary>The role of a message whose place other messages take.</summary>
    public const string Placeholder = "placeholder";
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

    /// <summary>
    /// A body cut into messages at its role marks; null when it uses more than plain placeholders. A message that is nothing but a variable of type <c>messages</c> has the role
    /// <see cref="Placeholder"/> and the variable's name as its text.
    /// </summary>
    public static IReadOnlyList<(string Role, string Text)>? Messages(Prompt prompt, out string? more)
    {
        var left = new StrongBox<int>(Longest);
        (string Role, string Text)[] messages = prompt.Body is { } body ? [("user", Resolved(prompt, body, left))] : [.. prompt.Messages.Select(message => Held(prompt, message.Role == "model" ? "assistant" : message.Role, Resolved(prompt, Text(message), left)))];
        more = prompt.Messages.Any(message => message.Content.Any(part => part.Type != "text")) ? "media"
            : messages.Where(message => message.Role != Placeholder).Select(message => MoreThanPlain(message.Text) ?? NoText(prompt, message.Text)).FirstOrDefault(found => found is not null);
        return more is null ? messages : null;
    }

    private static (string Role, string Text) Held(Prompt prompt, string role, string text) =>
        Plain().Match(text) is { Success: true } only && only.Length == text.Trim().Length && TypeOf(prompt, only) == VariableType.Messages ? (Placeholder, only.Groups[1].Value) : (role, text);

    /// <summary>A placeholder whose value is no text: messages, an image or a file; null when there is none.</summary>
    private static string? NoText(Prompt prompt, string text) => Plain().Matches(text).FirstOrDefault(match => TypeOf(prompt, match) is VariableType.Messages or VariableType.Image or VariableType.File)?.Value;

    private static VariableType? TypeOf(Prompt prompt, Match placeholder) => prompt.Variables.FirstOrDefault(variable => variable.Name == placeholder.Groups[1].Value)?.Type;

    /// <summary>A text with the partials in it that take nothing from their place. One that is too much stays the tag that it is.</summary>
    private static string Resolved(Prompt prompt, string text, StrongBox<int> left, int depth = 0) => Partial().Replace(text, match =>
    {
        if (depth == DeepestPartial || prompt.Partials?.FirstOrDefault(partial => partial.Name == match.Groups[1].Value) is not { } found || (left.Value -= found.Text.Length + 1) < 0) return match.Value;
        return Resolved(prompt, found.Text, left, depth + 1);
    });

    [GeneratedRegex(@"\{\{>\s*([A-Za-z0-9_./-]+)\s*\}\}")]
    private static partial Regex Partial();

    [GeneratedRegex(@"(?<!(?<!\\)\\)\{\{\{?~?\s*([A-Za-z_][A-Za-z0-9_-]*)\s*~?\}?\}\}")]
    private static partial Regex Plain();
}
