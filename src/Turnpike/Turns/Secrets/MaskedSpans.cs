namespace Turnpike.Turns.Secrets;

/// <summary>Where stretches of a text stand once its secrets are masked.</summary>
internal sealed class MaskedSpans
{
    private readonly List<(int From, int Until, int Mask)> _masks = []; // where a secret stood, and where its mask ends

    /// <param name="text">The text with its secrets.</param>
    /// <param name="secrets">The secrets, longest first.</param>
    public MaskedSpans(string text, IReadOnlyList<string> secrets)
    {
        if (secrets.Count == 0) return;
        MaskedText.Hide(text, secrets, out var marks);
        var moved = 0;
        foreach (var (at, which) in marks)
        {
            _masks.Add((at - moved, at - moved + secrets[which].Length, at + SecretText.Mask.Length));
            moved += SecretText.Mask.Length - secrets[which].Length;
        }
    }

    /// <summary>The place of a stretch in the masked text; what begins or ends within a secret does so behind its mask.</summary>
    public TextSpan Of(TextSpan span) => _masks.Count == 0 ? span : new(Place(span.Start), Place(span.End));

    private int Place(int place)
    {
        var (low, high) = (0, _masks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_masks[middle].From < place) low = middle + 1;
            else high = middle;
        }
        if (low == 0) return place;
        var (_, until, mask) = _masks[low - 1];
        return mask + Math.Max(0, place - until);
    }
}
