using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Drafts;

namespace Turnpike.Messages;

/// <summary>Hides the texts that templates make of secret variables and that are none of the value's own: an object as JSON, a text that was moved to the right.</summary>
internal static class SecretPieces
{
    /// <summary>What hears of each piece; null when no variable is secret.</summary>
    public static Action<TemplatePiece>? Of(TurnDraft draft, ResolvedVariables values) => !values.Secrets.Any() ? null : piece =>
    {
        if (piece is { Kind: PieceKind.Text, Detail: { Length: > 0 } origin } && values.IsSecret(Root(origin)) && !origin.EndsWith(".length", StringComparison.Ordinal) && Tells(piece.Text)) draft.Trace.Hide(piece.Text);
    };

    /// <summary>The variable of a path such as <c>trips[].city</c>.</summary>
    private static string Root(string origin) => origin.IndexOfAny(['.', '[']) is var end and >= 0 ? origin[..end] : origin;

    /// <summary>Not a bare truth, and nothing of brackets and spaces alone: a mask for each of those would hide everything else.</summary>
    private static bool Tells(string text) => text is not ("true" or "false" or "null") && text.Any(char.IsLetterOrDigit);
}
