using Microsoft.Extensions.AI;
using Turnpike.Prompts.Templates;

namespace Turnpike.Messages;

/// <summary>A message that a template made.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Pieces">Its text, typed-text places and media, in order.</param>
internal sealed record TemplateMessage(string Role, IReadOnlyList<TemplatePiece> Pieces);

/// <summary>Cuts a rendered template into messages: at roles and at the history's place; stretches of nothing but white space go, all others stay as they are.</summary>
internal static class TemplateMessages
{
    public static List<TemplateMessage> Cut(IReadOnlyList<TemplatePiece> pieces)
    {
        var messages = new List<TemplateMessage>();
        var (role, parts, run) = ("user", new List<TemplatePiece>(), new List<TemplatePiece>());
        foreach (var piece in pieces)
        {
            switch (piece.Kind)
            {
                case PieceKind.Text or PieceKind.Input:
                    run.Add(piece);
                    break;
                case PieceKind.Media:
                    EndRun();
                    parts.Add(piece);
                    break;
                case PieceKind.Section:
                    EndRun();
                    break;
                case PieceKind.Role:
                    EndMessage(piece.Text);
                    break;
                case PieceKind.History:
                    EndMessage("assistant");
                    break;
                case PieceKind.Messages:
                    EndMessage(role);
                    messages.AddRange(GivenMessages.Of(piece.Text));
                    break;
            }
        }
        EndMessage("user");
        return messages;

        void EndRun()
        {
            if (run.Exists(piece => piece.Kind == PieceKind.Input || !string.IsNullOrWhiteSpace(piece.Text))) parts.AddRange(run);
            run.Clear();
        }

        void EndMessage(string next)
        {
            EndRun();
            if (parts.Count > 0) messages.Add(new(role, parts));
            (role, parts) = (next, []);
        }
    }

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
            else
            {
                text.Append(piece.Kind == PieceKind.Input ? typed : piece.Text);
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
        throw new Turns.TurnException(Turns.TurnErrorCode.ResourceUnsupported, $"The prompt's media \"{(piece.Text.Length > 100 ? piece.Text[..100] + "…" : piece.Text)}\" is neither an http(s) nor a data: URL.") { Field = "variables" };
    }
}
