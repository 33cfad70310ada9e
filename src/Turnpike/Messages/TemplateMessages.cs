using Microsoft.Extensions.AI;
using Turnpike.Prompts.Templates;
using Turnpike.Turns.Files;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>Makes parts of messages from the pieces of a rendered template.</summary>
internal static class TemplateMessages
{
    /// <summary>The text of pieces; nothing for media and sections.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="typed">The typed text.</param>
    /// <param name="source">What stands for the template itself where sources are told.</param>
    public static SourcedText Text(IEnumerable<TemplatePiece> pieces, SourcedText typed, string source)
    {
        var text = new SourcedText();
        foreach (var piece in pieces) Append(text, piece, typed, source);
        return text;
    }

    /// <summary>The pieces as parts of a message, neighbouring texts joined.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="typed">The typed text.</param>
    /// <param name="source">What stands for the template itself where sources are told.</param>
    public static List<AIContent> Parts(IEnumerable<TemplatePiece> pieces, SourcedText typed, string source)
    {
        var parts = new List<AIContent>();
        var text = new SourcedText();
        foreach (var piece in pieces)
        {
            if (piece.Kind == PieceKind.Media)
            {
                EndText();
                parts.Add(Turns.MessageParts.From(Turns.MessageParts.Template, piece.SourceIn(source), Turns.MessageParts.InDetail(piece.Given?.Detail, Media(piece))));
            }
            else if (piece.Kind is PieceKind.Text or PieceKind.Input)
            {
                Append(text, piece, typed, source);
            }
            else
            {
                EndText();
                if (piece is { Kind: PieceKind.Section, Text: "resources" }) parts.Add(new ResourcesPlace());
            }
        }
        EndText();
        return parts;

        void EndText()
        {
            if (text.Length > 0) parts.Add(Turns.MessageParts.From(Turns.MessageParts.Template, text));
            text = new();
        }
    }

    private static void Append(SourcedText text, TemplatePiece piece, SourcedText typed, string source)
    {
        if (piece.Kind == PieceKind.Text) text.Append(piece.Text, piece.SourceIn(source));
        else if (piece.Kind == PieceKind.Input) text.Append(typed);
    }

    private static AIContent Media(TemplatePiece piece)
    {
        var type = string.IsNullOrEmpty(piece.Detail) ? null : piece.Detail;
        if (type is not null && !FileTypes.IsType(type)) throw Unsupported(piece, $"is said to be of type \"{Short(type)}\"; it must be one such as image/png or application/pdf");
        if (piece.Text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return Data(piece, type);
        if (Uri.TryCreate(piece.Text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return new UriContent(url, type ?? "image/*");
        if (Resources.VariableFiles.IsId(piece.Text)) throw new Turns.TurnException(Turns.TurnErrorCode.ResourceNotFound, $"There is no file \"{piece.Text}\", which a variable names. It may have been deleted; upload it again.") { Field = "variables" };
        throw Unsupported(piece, "is neither an http(s) nor a data: URL");
    }

    private static DataContent Data(TemplatePiece piece, string? type)
    {
        try
        {
            return new(piece.Text, type) { Name = piece.Given?.Name };
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw Unsupported(piece, "is a data: URL that cannot be read");
        }
    }

    private static Turns.TurnException Unsupported(TemplatePiece piece, string why) => new(Turns.TurnErrorCode.ResourceUnsupported, $"The prompt's media \"{Short(piece.Text)}\" {why}.") { Field = "variables" };

    private static string Short(string text) => text.Length > 100 ? text[..100] + "…" : text;
}
