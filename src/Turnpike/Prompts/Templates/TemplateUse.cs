using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>A place where a template uses a variable.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Span">Where it stands in the template.</param>
/// <param name="IsConditional">Whether it stands in a block, or is what <c>if</c> or <c>unless</c> ask about, so that a value may be absent on purpose.</param>
/// <param name="IsFenced">Whether it stands between lines of <c>```</c>, where braces are often meant literally.</param>
public sealed record TemplateUse(string Name, TextSpan Span, bool IsConditional, bool IsFenced)
{
    /// <summary>Whether it was written <c>@root.name</c>, so that it means the variable in a partial too, whatever that is about.</summary>
    public bool IsRooted { get; init; }
}
