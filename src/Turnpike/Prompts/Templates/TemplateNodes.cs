using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>A stretch of nodes that is rendered from left to right.</summary>
internal sealed record TemplateProgram(TemplateNode[] Nodes)
{
    public static TemplateProgram Empty { get; } = new([]);
}

/// <summary>A node of a parsed template.</summary>
internal abstract record TemplateNode(TextSpan Span);

internal sealed record TextNode(string Text, TextSpan Span) : TemplateNode(Span);

internal sealed record ValueNode(TemplateExpression Expression, TextSpan Span) : TemplateNode(Span);

/// <param name="Kind">What decides about the body.</param>
/// <param name="Arguments">One value; two for <c>ifEquals</c> and <c>unlessEquals</c>.</param>
/// <param name="Names">The names of <c>as |item index|</c>; at most two.</param>
/// <param name="Body">What is rendered for yes.</param>
/// <param name="Else">What is rendered for no.</param>
/// <param name="Span">From the opening tag to the closing one.</param>
internal sealed record BlockNode(BlockKind Kind, TemplateExpression[] Arguments, string[] Names, TemplateProgram Body, TemplateProgram Else, TextSpan Span) : TemplateNode(Span)
{
    /// <summary>Whether <c>if</c> and <c>unless</c> take the number 0 for yes.</summary>
    public bool IncludeZero { get; init; }
}

internal enum BlockKind { If, Unless, Each, With, IfEquals, UnlessEquals, Section }

/// <param name="Name">The partial's name.</param>
/// <param name="Context">What it is about; null: what the template is about.</param>
/// <param name="Hash">Values that it sees under these names.</param>
/// <param name="Indent">White space that goes before each of its lines, since the tag stands alone on an indented line.</param>
/// <param name="Span">Where it stands.</param>
internal sealed record PartialNode(string Name, TemplateExpression? Context, IReadOnlyList<KeyValuePair<string, TemplateExpression>> Hash, string Indent, TextSpan Span) : TemplateNode(Span);

internal sealed record RoleNode(string Role, TextSpan Span) : TemplateNode(Span);

internal sealed record HistoryNode(TextSpan Span) : TemplateNode(Span);

internal sealed record SectionNode(string Name, TextSpan Span) : TemplateNode(Span);

internal sealed record MediaNode(TemplateExpression Url, TemplateExpression? ContentType, TextSpan Span) : TemplateNode(Span);
