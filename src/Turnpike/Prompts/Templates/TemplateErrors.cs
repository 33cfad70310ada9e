using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Says what is wrong with a template, and where.</summary>
internal static class TemplateErrors
{
    public static TurnException Invalid(string source, TextSpan span, string message)
    {
        var before = source.AsSpan(0, Math.Min(span.Start, source.Length));
        var line = before.Count('\n') + 1;
        var column = span.Start - before.LastIndexOf('\n');
        return new(TurnErrorCode.TemplateInvalid, $"Line {line}, column {column} of the template: {message}") { Span = span, Field = "messages" };
    }

    public static TurnException Limit(string message) => new(TurnErrorCode.TemplateLimit, message) { Field = "messages" };
}
