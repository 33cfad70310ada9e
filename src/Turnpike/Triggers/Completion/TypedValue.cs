using Turnpike.Triggers.Parsing;
using Turnpike.Turns;

namespace Turnpike.Triggers.Completion;

/// <summary>What stands of a value at the caret.</summary>
/// <param name="Text">What was typed of it.</param>
/// <param name="Key">The name before <c>=</c>, if there is one.</param>
/// <param name="Quote">The quote that it is in, if any.</param>
/// <param name="IsNew">Whether nothing of it stands there yet.</param>
/// <param name="Span">What an insertion replaces.</param>
/// <param name="Syntax">START and END, which bare values cannot hold.</param>
internal sealed record TypedValue(string Text, string? Key, char? Quote, bool IsNew, TextSpan Span, TriggerSyntax Syntax)
{
    public bool IsQuoted => Quote is not null;

    /// <summary>Reads it; null directly behind a closing quote, where nothing may stand.</summary>
    public static TypedValue? At(string text, int caret, List<RawToken> tokens, TriggerSyntax syntax)
    {
        var end = caret;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not (',' or '"' or '\'') && !text.AsSpan(end).StartsWith(syntax.End, StringComparison.Ordinal)) end++;
        if (tokens.Count == 0 || tokens[^1].End < caret) return new("", null, null, IsNew: true, new(caret, end), syntax);
        var token = tokens[^1];
        var key = token.HasKey ? token.Key(text).ToString() : null;
        if (!token.Quoted)
        {
            var from = Math.Max(token.ValueStart, text.LastIndexOf(',', caret - 1, caret - token.Start) + 1);
            return new(text[from..caret], key, null, IsNew: from == caret && from > token.ValueStart, new(from, end), syntax);
        }
        if (token.Closed) return token.EndsWithComma(text) ? new("", null, null, IsNew: true, new(caret, end), syntax) : null;
        var quote = text[token.ValueStart - 1];
        if (end < text.Length && text[end] == quote) end++;
        return new(text[token.ValueStart..caret], key, quote, IsNew: false, new(token.ValueStart, end), syntax);
    }

    /// <summary>A value as it must be written here, quoted where it has to be.</summary>
    public string Written(string value, bool inList)
    {
        var bare = value.Length > 0 && value[0] is not ('"' or '\'') && !value.Any(char.IsWhiteSpace) && !value.Contains(Syntax.Start, StringComparison.Ordinal) && !value.Contains(Syntax.End, StringComparison.Ordinal) && !(inList && value.Contains(',')) && !value.Contains('=');
        if (Quote is null && bare) return value;
        var quote = Quote ?? '"';
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(quote.ToString(), "\\" + quote, StringComparison.Ordinal);
        return Quote is null ? $"{quote}{escaped}{quote}" : escaped + quote;
    }
}
