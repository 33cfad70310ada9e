using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>
/// A parsed template: Handlebars as dotprompt uses it, without HTML escaping. Immutable; rendered by any number of turns at once. Values are data: they are
/// never read as templates.
/// </summary>
public sealed class PromptTemplate
{
    private const int LongestSource = 1 << 20;
    private readonly TemplateProgram _program;

    private PromptTemplate(string source, TemplateProgram program) => (Source, _program, Names) = (source, program, TemplateNames.Of(source, program));

    /// <summary>The text it was made of.</summary>
    public string Source { get; }

    /// <summary>The names it uses: variables, partials, and whether it has places for history and typed text.</summary>
    public TemplateNames Names { get; }

    /// <summary>Parses a template.</summary>
    /// <exception cref="TurnException"><c>template_invalid</c> with line and column, or <c>template_limit</c> (over 1 MiB, or nested over 64 deep).</exception>
    public static PromptTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length > LongestSource) throw TemplateErrors.Limit($"The template has {source.Length:N0} characters; {LongestSource:N0} are taken.");
        return new(source, new TemplateParser(source, TemplateLexer.Cut(source)).Parse());
    }

    /// <summary>Renders it.</summary>
    /// <exception cref="TurnException"><c>template_limit</c> naming the bound, or <c>template_invalid</c> for a value that has no text.</exception>
    public IReadOnlyList<TemplatePiece> Render(TemplateContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var renderer = new TemplateRenderer(Source, context);
        renderer.Render(_program);
        return renderer.Pieces;
    }

    internal TemplateProgram Program => _program;
}
