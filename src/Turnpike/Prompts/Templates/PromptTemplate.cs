using Turnpike.Turns;
using Turnpike.Turns.Tracing;

namespace Turnpike.Prompts.Templates;

/// <summary>
/// A parsed template: Handlebars as dotprompt uses it, without HTML escaping. Immutable; rendered by any number of turns at once. Values are data: they are
/// never read as templates.
/// </summary>
public sealed class PromptTemplate
{
    private const int LongestSource = 1 << 20;

    private PromptTemplate(string source)
    {
        var parser = new TemplateParser(source, TemplateLexer.Cut(source));
        (Source, Program, Names) = (source, parser.Parse(), parser.Names);
    }

    /// <summary>Names that helpers have, so that no variable may have them.</summary>
    public static IReadOnlySet<string> ReservedNames => TemplateHelpers.Reserved;

    /// <summary>The text it was made of.</summary>
    public string Source { get; }

    /// <summary>The names it uses: variables, partials, and whether it has places for history and typed text.</summary>
    public TemplateNames Names { get; }

    internal TemplateProgram Program { get; }

    /// <summary>Parses a template.</summary>
    /// <exception cref="TurnException"><c>template_invalid</c> with line and column, or <c>template_limit</c> (over 1,048,576 characters, or nested over 64 deep).</exception>
    public static PromptTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Length <= LongestSource ? new(source) : throw TemplateErrors.Limit(FormattableString.Invariant($"The template has {source.Length:N0} characters; {LongestSource:N0} are taken."));
    }

    /// <summary>Renders it to pieces: texts, and between them the structure that its helpers make.</summary>
    /// <exception cref="TurnException"><c>template_limit</c> naming the bound, or <c>template_invalid</c> for a value that has no text or a partial that there is not.</exception>
    public IReadOnlyList<TemplatePiece> Render(TemplateContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var pieces = new List<TemplatePiece>(32);
        Render(context, new(context.Time), pieces);
        return pieces;
    }

    /// <summary>Renders it to plain text: rules, titles and other templates that make no messages. The typed text stands where the template wants it.</summary>
    /// <exception cref="TurnException">As rendering; also <c>template_invalid</c> for a role, media, section or place of the history.</exception>
    public string RenderText(TemplateContext context) => RenderText(context, "prompt", null).Text;

    /// <summary>The same, with where each stretch came from.</summary>
    /// <param name="context">What it is rendered with.</param>
    /// <param name="source">What stands for the template itself.</param>
    /// <param name="typed">The typed text; null: that of the context.</param>
    internal SourcedText RenderText(TemplateContext context, string source, SourcedText? typed)
    {
        ArgumentNullException.ThrowIfNull(context);
        var text = new SourcedText();
        foreach (var piece in Render(context))
        {
            if (piece.Kind is not (PieceKind.Text or PieceKind.Input)) throw new TurnException(TurnErrorCode.TemplateInvalid, $"This template is one text; it cannot hold a \"{piece.Kind.ToString().ToLowerInvariant()}\".") { Field = "messages" };
            if (piece.Kind == PieceKind.Text) text.Append(piece.Text, piece.SourceIn(source));
            else if (typed is null) text.Append(context.Input, "typed");
            else text.Append(typed);
        }
        return text;
    }

    /// <summary>Renders behind other pieces, within bounds that they share.</summary>
    internal void Render(TemplateContext context, TemplateBudget budget, List<TemplatePiece> pieces)
    {
        var first = pieces.Count;
        new TemplateRenderer(Source, context, budget, pieces).Render(Program);
        if (context.Wrote is not { } wrote) return;
        for (var i = first; i < pieces.Count; i++) wrote(pieces[i]);
    }
}
