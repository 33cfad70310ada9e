using System.Text.Json;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Templates;

/// <summary>Templates rendered with values given as JSON.</summary>
internal static class Rendered
{
    public static TemplateContext Context(string values = "{}", Dictionary<string, string>? partials = null) => new()
    {
        Values = JsonDocument.Parse(values).RootElement.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value),
        Partials = name => partials?.GetValueOrDefault(name) is { } source ? PromptTemplate.Parse(source) : null,
    };

    public static string Text(string template, string values = "{}", Dictionary<string, string>? partials = null) => PromptTemplate.Parse(template).RenderText(Context(values, partials));

    public static IReadOnlyList<TemplatePiece> Pieces(string template, TemplateContext context) => PromptTemplate.Parse(template).Render(context);

    /// <summary>Messages as lines <c>role: text [media] text</c>; the history's place as <c>…</c>.</summary>
    public static string[] Messages(string template, TemplateContext context)
    {
        var rendered = RenderedMessages.Of(Pieces(template, context));
        var lines = rendered.Messages.Select(message => $"{message.Role}: {string.Concat(message.Pieces.Select(Piece))}").ToList();
        if (rendered.HistoryMark is { } mark) lines.Insert(mark, "…");
        return [.. lines];
    }

    public static TurnException Refused(string template, string values = "{}", Dictionary<string, string>? partials = null)
    {
        var error = Assert.Throws<TurnException>(() => Text(template, values, partials));
        Assert.Equal(TurnErrorCode.TemplateInvalid, error.Code);
        return error;
    }

    public static TurnException Limited(Action render)
    {
        var error = Assert.Throws<TurnException>(render);
        Assert.Equal(TurnErrorCode.TemplateLimit, error.Code);
        return error;
    }

    private static string Piece(TemplatePiece piece) => piece.Kind switch
    {
        PieceKind.Text => piece.Text,
        PieceKind.Input => "[input]",
        PieceKind.Media => piece.Detail is null ? $"[{piece.Text}]" : $"[{piece.Text} {piece.Detail}]",
        PieceKind.Section => $"[section {piece.Text}]",
        _ => "?",
    };
}
