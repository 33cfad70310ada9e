using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Says what is wrong with a template, and where.</summary>
internal static class TemplateErrors
{
    public static TurnException Invalid(string source, TextSpan span, string message) =>
        new(TurnErrorCode.TemplateInvalid, $"{Place(source, span.Start)} of the template: {message}") { Span = span, Field = "messages" };

    public static TurnException NoPartial(string source, TextSpan span, string name) =>
        Invalid(source, span, $"there is no partial \"{name}\"; it would be a prompt with the key \"_{name}\", in the same folder or above.");

    public static TurnException Limit(string message) => new(TurnErrorCode.TemplateLimit, message) { Field = "messages" };

    public static string Place(string source, int at)
    {
        var before = source.AsSpan(0, Math.Min(at, source.Length));
        return $"Line {before.Count('\n') + 1}, column {before.Length - before.LastIndexOf('\n')}";
    }
}
