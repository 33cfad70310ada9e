using Turnpike.Triggers.Parsing;

namespace Turnpike.Triggers.Completion;

/// <summary>The trigger that somebody is typing at the caret.</summary>
/// <param name="NameStart">Index behind START.</param>
/// <param name="NameEnd">Index behind the name, before the caret.</param>
/// <param name="HasArguments">Whether the caret stands behind the name's white space.</param>
/// <param name="Tokens">The arguments before the caret.</param>
internal sealed record OpenTrigger(int NameStart, int NameEnd, bool HasArguments, List<RawToken> Tokens)
{
    /// <summary>Finds it; null when the caret is in plain text, in code, or behind END.</summary>
    public static OpenTrigger? At(string text, int caret, TriggerCatalog catalog, TriggerSyntax syntax, KnownNames known)
    {
        OpenTrigger? open = null;
        var code = new CodeScanner(text);
        for (var from = 0; from <= caret - syntax.Start.Length;)
        {
            var next = text.AsSpan(from, caret - from).IndexOf(syntax.Start, StringComparison.Ordinal);
            if (next < 0) break;
            var at = from + next;
            from = at + 1;
            if (!Lines.OpensAt(text, at)) continue;
            if (code.Covers(at, out var codeEnd))
            {
                from = Math.Max(codeEnd, from);
                continue;
            }
            var found = Read(text, at, caret, catalog, syntax, known, out from, out var certain);
            if (found is null) code.SkipTo(from);
            else open = found;
            if (certain) break;
        }
        return open;
    }

    /// <summary>Reads one candidate up to the caret; null when it ends before it.</summary>
    private static OpenTrigger? Read(string text, int at, int caret, TriggerCatalog catalog, TriggerSyntax syntax, KnownNames known, out int resume, out bool certain)
    {
        var (start, tokens) = (at + syntax.Start.Length, new List<RawToken>());
        var end = Math.Min(NameEndOf(text, start), caret);
        (resume, certain) = (at + 1, end == caret);
        if (end == caret) return new(start, end, HasArguments: false, tokens);
        var from = text[end] == '!' ? end + 1 : end;
        if (from >= caret || !char.IsWhiteSpace(text[from])) return null;
        var definition = catalog.Find(text.AsSpan(start, end - start));
        var reader = new ArgumentReader(text, syntax, from, caret, tokens);
        for (var line = 0; ; line++)
        {
            var stop = reader.Read();
            resume = Math.Max(resume, reader.Position);
            if (caret - from > TriggerSyntax.MaxArgumentLength && stop is ArgumentStop.Line or ArgumentStop.OpenQuote) return null;
            if (stop == ArgumentStop.OpenQuote)
            {
                certain = text.AsSpan(caret).Contains(text[tokens[^1].ValueStart - 1]);
                return new(start, end, HasArguments: true, tokens);
            }
            if (stop != ArgumentStop.Line) return null;
            if (reader.Position >= caret)
            {
                certain = true;
                return new(start, end, HasArguments: true, tokens);
            }
            if (line == 0 && (definition is null || new ArgumentBinder(text, syntax, known, definition.Method.Arguments, tokens).Bind(atLineEnd: true) is null)) return null;
            if (!reader.CrossLine()) return null;
        }
    }

    private static int NameEndOf(string text, int start)
    {
        if (start >= text.Length || !TriggerNames.Starts(text[start])) return start;
        var end = TriggerNames.End(text, start);
        return end < text.Length && text[end] == '.' ? TriggerNames.End(text, end + 1) : end;
    }
}
