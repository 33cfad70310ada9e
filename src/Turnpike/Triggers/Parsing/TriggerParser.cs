using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>Reads triggers in a typed text. Pure: it runs nothing, never throws, and reads the text once.</summary>
/// <param name="catalog">The triggers there are.</param>
/// <param name="syntax">How they begin and end.</param>
public sealed class TriggerParser(TriggerCatalog catalog, TriggerSyntax syntax)
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">What a person typed.</param>
    public ParsedText Parse(string text) => Parse(text, null);

    /// <summary>Reads a text, where some values exist only as somebody looked up; without that, they are told from prose by commas.</summary>
    internal ParsedText Parse(string text, KnownNames? known, int accepted = 0)
    {
        var start = text.IndexOf(syntax.Start, StringComparison.Ordinal);
        return start < 0 ? ParsedText.Plain(text) : new TextReading(text, catalog, syntax, known, accepted).Read(start);
    }

    /// <summary>Reads the stretches of a text that were typed, each by itself; what stands between them stays as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="typed">The stretches, in order and apart from each other; null: all of it is one.</param>
    /// <param name="known">Which values exist.</param>
    internal ParsedText Parse(string text, IReadOnlyList<TextSpan>? typed, KnownNames? known)
    {
        if (typed is null) return Parse(text, known);
        var (segments, triggers, diagnostics, at) = (new List<TriggerSegment>(), new List<ParsedTrigger>(), new List<TriggerDiagnostic>(), 0);
        foreach (var stretch in typed)
        {
            var parsed = Parse(text[stretch.Start..stretch.End], known, triggers.Count(trigger => trigger.IsAccepted));
            Between(stretch.Start);
            segments.AddRange(parsed.Segments.Select(segment => segment with { Span = segment.Span.Moved(stretch.Start) }));
            triggers.AddRange(parsed.Triggers.Select(trigger => trigger.Moved(stretch.Start)));
            diagnostics.AddRange(parsed.Diagnostics.Select(diagnostic => diagnostic with { Span = diagnostic.Span.Moved(stretch.Start) }));
            at = stretch.End;
        }
        Between(text.Length);
        return new(text, segments, triggers, diagnostics);

        void Between(int end)
        {
            if (end > at) segments.Add(new(TriggerSegmentKind.Text, new TextSpan(at, end)));
        }
    }
}
