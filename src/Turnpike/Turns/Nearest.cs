namespace Turnpike.Turns;

/// <summary>Finds the known name that somebody probably meant.</summary>
public static class Nearest
{
    /// <summary>The known name with the smallest edit distance, without case; null when none is close (more than a third of the letters differ).</summary>
    public static string? To(string given, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (given.Length > 100) return null;
        string? best = null;
        var closest = Math.Max(1, given.Length / 3) + 1;
        foreach (var name in known)
        {
            if (Math.Abs(name.Length - given.Length) >= closest && !name.Contains(given, StringComparison.OrdinalIgnoreCase)) continue;
            var distance = Swapped(given, name) ? 1 : given.Length > 2 && name.StartsWith(given, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(given, name);
            if (distance >= closest) continue;
            closest = distance;
            best = name;
        }
        return best;
    }

    /// <summary>A question to put behind an error message: <c> Did you mean "webSearch"?</c>; empty when nothing is close.</summary>
    public static string Hint(string given, IEnumerable<string> known) => To(given, known) is { } name ? $" Did you mean \"{name}\"?" : "";

    /// <summary>Whether only two neighbouring letters stand in each other's place.</summary>
    private static bool Swapped(string a, string b)
    {
        if (a.Length != b.Length) return false;
        var at = a.AsSpan().CommonPrefixLength(b, Letters);
        return at < a.Length - 1 && Letters.Equals(a[at], b[at + 1]) && Letters.Equals(a[at + 1], b[at]) && a.AsSpan(at + 2).Equals(b.AsSpan(at + 2), StringComparison.OrdinalIgnoreCase);
    }

    private static readonly EqualityComparer<char> Letters = EqualityComparer<char>.Create((a, b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b));

    private static int Distance(string a, string b)
    {
        Span<int> row = b.Length < 128 ? stackalloc int[b.Length + 1] : new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                var next = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost);
                (diagonal, row[j]) = (row[j], next);
            }
        }
        return row[b.Length];
    }
}
