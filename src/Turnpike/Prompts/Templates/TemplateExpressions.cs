using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>Something that has a value while a template is rendered.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Origin">Which variable the value comes from, as a path from the root: <c>trips[].city</c>; as it is written when the root does not hold it.</param>
internal abstract record TemplateExpression(TextSpan Span, string Origin);

internal sealed record LiteralExpression(object? Value, TextSpan Span) : TemplateExpression(Span, "");

/// <param name="Up">How many contexts to climb (<c>../</c>).</param>
/// <param name="IsData">Whether it begins with <c>@</c>.</param>
/// <param name="IsScoped">Whether it was written with <c>this</c>, <c>./</c> or <c>../</c>, so that it never means a block's own name.</param>
/// <param name="Segments">The names; none for <c>this</c>.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Origin">Which variable it is.</param>
internal sealed record PathExpression(int Up, bool IsData, bool IsScoped, string[] Segments, TextSpan Span, string Origin) : TemplateExpression(Span, Origin)
{
    /// <summary>Whether it is all variables at once.</summary>
    public bool IsRoot { get; init; }
}

internal sealed record LookupExpression(TemplateExpression Target, TemplateExpression Key, TextSpan Span) : TemplateExpression(Span, Target.Origin);

internal sealed record JsonExpression(TemplateExpression Value, TemplateExpression? Indent, TextSpan Span) : TemplateExpression(Span, Value.Origin);
