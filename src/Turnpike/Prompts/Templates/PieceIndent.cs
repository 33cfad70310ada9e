namespace Turnpike.Prompts.Templates;

/// <summary>Moves the lines of a partial to the right, when its tag stands alone on an indented line. What the person typed stays as it is.</summary>
internal static class PieceIndent
{
    public static void Apply(List<TemplatePiece> pieces, int start, string indent, TemplateBudget budget)
    {
        var moved = new List<TemplatePiece>(pieces.Count - start);
        var isLineStart = true;
        foreach (var piece in pieces.Skip(start))
        {
            if (piece.Kind != PieceKind.Text)
            {
                if (isLineStart) moved.Add(new(PieceKind.Text, indent));
                isLineStart = false;
                moved.Add(piece);
                continue;
            }
            var lines = piece.Text.AsSpan().Count('\n');
            budget.Write((int)Math.Min(int.MaxValue, (lines + 1L) * indent.Length));
            if (isLineStart) moved.Add(new(PieceKind.Text, indent));
            isLineStart = piece.Text[^1] == '\n';
            var inner = isLineStart ? piece.Text[..^1].Replace("\n", "\n" + indent, StringComparison.Ordinal) + "\n" : piece.Text.Replace("\n", "\n" + indent, StringComparison.Ordinal);
            moved.Add(lines == 0 ? piece : piece with { Text = inner });
        }
        pieces.RemoveRange(start, pieces.Count - start);
        pieces.AddRange(moved);
    }
}
