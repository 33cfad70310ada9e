namespace Turnpike.Triggers;

/// <summary>The grammar of names: a letter, then letters, digits, <c>_</c> and <c>-</c>.</summary>
internal static class TriggerNames
{
    public static bool Starts(char unit) => char.IsLetter(unit);

    public static bool Continues(char unit) => char.IsLetterOrDigit(unit) || unit is '_' or '-';

    public static bool IsName(ReadOnlySpan<char> text) => !text.IsEmpty && Starts(text[0]) && End(text, 0) == text.Length;

    /// <summary>Names before <c>=</c> are names of variables too, which may begin with <c>_</c>.</summary>
    public static bool IsKey(ReadOnlySpan<char> text) => !text.IsEmpty && (Starts(text[0]) || text[0] == '_') && End(text, 0) == text.Length;

    /// <summary>The index behind the name that begins at an index.</summary>
    public static int End(ReadOnlySpan<char> text, int from)
    {
        var at = from;
        while (at < text.Length && Continues(text[at])) at++;
        return at;
    }
}
