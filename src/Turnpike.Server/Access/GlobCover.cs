namespace Turnpike.Server.Access;

/// <summary>Whether a glob stands for all that another one stands for. When in doubt it does not.</summary>
internal static class GlobCover
{
    private enum Kind { Letter, One, Many }

    /// <summary>Whether each of some names and globs is covered by one of others.</summary>
    /// <param name="wide">Those that cover; null: everything is covered.</param>
    /// <param name="narrow">Those to be covered; null: everything there is.</param>
    public static bool Covers(IReadOnlyList<string>? wide, IReadOnlyList<string>? narrow) => wide is null || (narrow is not null && narrow.All(one => wide.Any(other => Covers(other, one))));

    /// <summary>Whether a name or glob covers another.</summary>
    public static bool Covers(string wide, string narrow)
    {
        var (pattern, text) = (Read(wide), Read(narrow));
        var (p, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Count)
        {
            if (p < pattern.Count && pattern[p].Kind == Kind.Many) (star, mark) = (p++, t);
            else if (p < pattern.Count && Fits(pattern[p], text[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++mark);
            else return false;
        }
        while (p < pattern.Count && pattern[p].Kind == Kind.Many) p++;
        return p == pattern.Count;
    }

    private static bool Fits((Kind Kind, char Letter) one, (Kind Kind, char Letter) other) => one.Kind == Kind.One ? other.Kind != Kind.Many : one == other;

    private static List<(Kind Kind, char Letter)> Read(string? glob)
    {
        var parts = new List<(Kind, char)>();
        for (var i = 0; i < (glob?.Length ?? 0); i++)
        {
            if (glob![i] == '*') parts.Add((Kind.Many, default));
            else if (glob[i] == '?') parts.Add((Kind.One, default));
            else parts.Add((Kind.Letter, glob[i] == '\\' && i + 1 < glob.Length ? glob[++i] : glob[i])); // a backslash takes its meaning from what follows
        }
        return parts;
    }
}
