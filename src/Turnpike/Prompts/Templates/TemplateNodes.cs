using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>A node of a parsed template.</summary>
internal abstract record TemplateNode(TextSpan Span);

internal sealed record TextNode(string Text, TextSpan Span) : TemplateNode(Span);

internal sealed record ValueNode(TemplateExpression Expression, TextSpan Span) : TemplateNode(Span);

internal sealed record BlockNode(string Helper, IReadOnlyList<TemplateExpression> Arguments, IReadOnlyList<string> Names, TemplateProgram Body, TemplateProgram? Else, TextSpan Span) : TemplateNode(Span);

internal sealed record PartialNode(string Name, TemplateExpression? Context, IReadOnlyDictionary<string, TemplateExpression> Hash, TextSpan Span) : TemplateNode(Span);

internal sealed record TemplateProgram(IReadOnlyList<TemplateNode> Nodes);

internal abstract record TemplateExpression(TextSpan Span);

internal sealed record LiteralExpression(object? Value, TextSpan Span) : TemplateExpression(Span);

/// <param name="Up">How many contexts to climb (<c>../</c>).</param>
/// <param name="IsData">Whether it begins with <c>@</c>.</param>
/// <param name="Segments">The names; none for <c>this</c>.</param>
/// <param name="Span">Where it stands.</param>
internal sealed record PathExpression(int Up, bool IsData, IReadOnlyList<string> Segments, TextSpan Span) : TemplateExpression(Span)
{
    /// <summary>Whether it was written with <c>this</c> or <c>./</c>, so that it is never a helper or a block parameter.</summary>
    public bool IsScoped { get; init; }

    public string Text => (IsData ? "@" : "") + string.Concat(Enumerable.Repeat("../", Up)) + (Segments.Count == 0 ? "this" : string.Join('.', Segments));
}

internal sealed record CallExpression(string Helper, IReadOnlyList<TemplateExpression> Arguments, IReadOnlyDictionary<string, TemplateExpression> Hash, TextSpan Span) : TemplateExpression(Span);
