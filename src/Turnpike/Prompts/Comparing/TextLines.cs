namespace Turnpike.Prompts.Comparing;

/// <summary>Compares texts line by line: the longest lines in common stay, the others were removed or added.</summary>
public static class TextLines
{
    private const int MostCells = 4_000_000;

    /// <summary>The lines of both texts, in order.</summary>
    public static IReadOnlyList<LineChange> Compare(string before, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (a, b) = (before.ReplaceLineEndings("\n").Split('\n'), after.ReplaceLineEndings("\n").Split('\n'));
        var head = 0;
        while (head < a.Length && head < b.Length && a[head] == b[head]) head++;
        var tail = 0;
        while (tail < a.Length - head && tail < b.Length - head && a[^(tail + 1)] == b[^(tail + 1)]) tail++;
        return
        [
            .. a[..head].Select(line => new LineChange("same", line)),
            .. Middle(a[head..(a.Length - tail)], b[head..(b.Length - tail)]),
            .. a[(a.Length - tail)..].Select(line => new LineChange("same", line)),
        ];
    }

    private static List<LineChange> Middle(string[] a, string[] b)
    {
        if ((long)a.Length * b.Length > MostCells) return [.. a.Select(line => new LineChange("removed", line)), .. b.Select(line => new LineChange("added", line))];
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
            for (var j = b.Length - 1; j >= 0; j--) common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var lines = new List<LineChange>(a.Length + b.Length);
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add(new("same", a[i++]));
                j++;
            }
            else if (i < a.Length && (j == b.Length || common[i + 1, j] >= common[i, j + 1])) lines.Add(new("removed", a[i++]));
            else lines.Add(new("added", b[j++]));
        }
        return lines;
    }
}
