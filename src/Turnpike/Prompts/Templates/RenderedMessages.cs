namespace Turnpike.Prompts.Templates;

/// <summary>A message that a template made.</summary>
/// <param name="Role"><c>system, user</c> or <c>assistant</c>.</param>
/// <param name="Pieces">Its texts, places of the typed text, media and sections, in order; at least one.</param>
public sealed record RenderedMessage(string Role, IReadOnlyList<TemplatePiece> Pieces)
{
    /// <summary>Whether it came whole as the value of a variable.</summary>
    public bool IsGiven { get; init; }
}

/// <summary>
/// The messages of a rendered template: cut at roles and at the history's place, then at media and sections. Stretches of nothing but white space go, all
/// others stay as they are.
/// </summary>
/// <param name="Messages">The messages, in order.</param>
/// <param name="HistoryMark">How many of them stand before the place that the template gives the history; null when it gives none.</param>
public sealed record RenderedMessages(IReadOnlyList<RenderedMessage> Messages, int? HistoryMark)
{
    /// <summary>How many messages stand before the history: at the mark, else all but a last message of the user's.</summary>
    public int HistoryPlace => HistoryMark ?? (Messages is [.., { Role: "user" }] ? Messages.Count - 1 : Messages.Count);

    /// <summary>Cuts the pieces of a rendered template into messages.</summary>
    /// <exception cref="Turns.TurnException"><c>variable_invalid</c> for a value that should hold messages and does not.</exception>
    public static RenderedMessages Of(IReadOnlyList<TemplatePiece> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var messages = new List<RenderedMessage>();
        int? history = null;
        var (role, parts, run) = ("user", new List<TemplatePiece>(), new List<TemplatePiece>());
        foreach (var piece in pieces)
        {
            switch (piece.Kind)
            {
                case PieceKind.Role: EndMessage(piece.Text); break;
                case PieceKind.History:
                    EndMessage("assistant");
                    history ??= messages.Count;
                    break;
                case PieceKind.Messages:
                    EndMessage(role);
                    messages.AddRange(GivenMessages.Of(piece.Text, piece.Detail ?? ""));
                    break;
                case PieceKind.Media or PieceKind.Section:
                    EndRun();
                    parts.Add(piece);
                    break;
                default: run.Add(piece); break;
            }
        }
        EndMessage("user");
        return new(messages, history);

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
}
