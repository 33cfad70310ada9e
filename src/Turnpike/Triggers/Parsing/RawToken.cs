using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>One argument as it stands in the text: where its key, its value and the whole of it are.</summary>
internal readonly record struct RawToken(int Start, int KeyEnd, int ValueStart, int ValueEnd, int End, bool Quoted, bool Closed = true)
{
    /// <summary>Where it stands, quotes and a comma behind it included.</summary>
    public TextSpan Span => new(Start, End);

    public bool HasKey => KeyEnd > Start;

    public ReadOnlySpan<char> Key(string text) => text.AsSpan(Start, Math.Max(0, KeyEnd - Start));

    /// <summary>The value without quotes and escapes.</summary>
    public string Value(string text, TriggerSyntax syntax)
    {
        var value = text.AsSpan(ValueStart, ValueEnd - ValueStart);
        return !value.Contains('\\') ? value.ToString() : Quoted ? Unquoted(value) : value.ToString().Replace("\\" + syntax.Start, syntax.Start, StringComparison.Ordinal);
    }

    /// <summary>Whether a comma joins it to what follows.</summary>
    public bool EndsWithComma(string text) => text[End - 1] == ',' && (!Quoted || End > ValueEnd + 1);

    private static string Unquoted(ReadOnlySpan<char> value)
    {
        var plain = new System.Text.StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length && value[i + 1] is '"' or '\'' or '\\') i++;
            plain.Append(value[i]);
        }
        return plain.ToString();
    }
}
