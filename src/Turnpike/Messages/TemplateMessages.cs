using Microsoft.Extensions.AI;
using Turnpike.Prompts.Templates;

namespace Turnpike.Messages;

/// <summary>Makes parts of messages from the pieces of a rendered template.</summary>
internal static class TemplateMessages
{
    /// <summary>The text of pieces; nothing for media and sections.</summary>
    public static string Text(IEnumerable<TemplatePiece> pieces, string typed) =>
        string.Concat(pieces.Select(piece => piece.Kind switch { PieceKind.Text => piece.Text, PieceKind.Input => typed, _ => "" }));

    /// <summary>The pieces as parts of a message, neighbouring texts joined.</summary>
    public static List<AIContent> Parts(IEnumerable<TemplatePiece> pieces, string typed)
    {
        var parts = new List<AIContent>();
        var text = new System.Text.StringBuilder();
        foreach (var piece in pieces)
        {
            if (piece.Kind == PieceKind.Media)
            {
                EndText();
                parts.Add(Turns.MessageParts.From(Turns.MessageParts.Template, Media(piece)));
            }
            else if (piece.Kind is PieceKind.Text or PieceKind.Input)
            {
                text.Append(piece.Kind == PieceKind.Input ? typed : piece.Text);
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
            if (text.Length > 0) parts.Add(Turns.MessageParts.From(Turns.MessageParts.Template, new TextContent(text.ToString())));
            text.Clear();
        }
    }

    private static AIContent Media(TemplatePiece piece)
    {
        if (piece.Text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return new DataContent(piece.Text, piece.Detail);
        if (Uri.TryCreate(piece.Text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return new UriContent(url, piece.Detail ?? "image/*");
        if (Resources.VariableFiles.IsId(piece.Text)) throw new Turns.TurnException(Turns.TurnErrorCode.ResourceNotFound, $"There is no file \"{piece.Text}\", which a variable names. It may have been deleted; upload it again.") { Field = "variables" };
        throw new Turns.TurnException(Turns.TurnErrorCode.ResourceUnsupported, $"The prompt's media \"{(piece.Text.Length > 100 ? piece.Text[..100] + "…" : piece.Text)}\" is neither an http(s) nor a data: URL.") { Field = "variables" };
    }
}
